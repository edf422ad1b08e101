import { describe, expect, it } from 'vitest';
import { holdHeap, keepHeapSmall, letHeapGrow } from './small-heap.ts';

const small = ['--semi-space-growth-factor=1', '--no-maglev', '--memory-saver-mode'];

function flagsSet(
  runtimeArguments: readonly string[],
  nodeOptions?: string,
  v8Version = '13.6.233.17-node.37',
): readonly string[] {
  const flags: string[] = [];
  keepHeapSmall({
    environment: { NODE_OPTIONS: nodeOptions },
    runtimeArguments,
    v8Version,
    setRuntimeFlag: (flag) => void flags.push(flag),
  });
  return flags;
}

describe('holdHeap and letHeapGrow', () => {
  it('keep the young generation from growing, and let it grow again', () => {
    const flags: string[] = [];
    const host = {
      environment: {},
      runtimeArguments: [],
      v8Version: '13.6.1',
      setRuntimeFlag: (flag: string) => void flags.push(flag),
    };
    holdHeap(host);
    letHeapGrow(host);
    holdHeap({ ...host, environment: { NODE_OPTIONS: '--max-semi-space-size=16' } });
    letHeapGrow({ ...host, runtimeArguments: ['--max-old-space-size=512'] });
    expect(flags).toEqual(['--semi-space-growth-factor=1', '--semi-space-growth-factor=2']);
  });
});

describe('keepHeapSmall', () => {
  it.each(['13.6.233.17-node.37', '13.10.0', '14.0.1'])('has V8 %s save memory', (version) => {
    expect(flagsSet([], '', version)).toEqual(small);
  });

  it.each(['12.4.254.21-node.57', '13.5.9'])('has V8 %s, which knows of no such mode, collect early', (version) => {
    expect(flagsSet([], '', version)).toEqual([...small.slice(0, 2), '--heap-growing-percent=50']);
  });

  it('does so beside flags that are about something else', () => {
    expect(flagsSet(['--enable-source-maps', '--import', './max-semi-space-size.js'], '--no-warnings')).toEqual(small);
  });

  it.each([
    '--max-old-space-size=512',
    '--max_semi_space_size=16',
    '--heap-growing-percent=50',
    '--no-optimize-for-size',
    '--no-memory-saver-mode',
  ])('leaves V8 alone where %s was given on the command line', (flag) => {
    expect(flagsSet(['--no-warnings', flag])).toEqual([]);
  });

  it.each(['--max-semi-space-size=16', '--no-warnings  --max-old-space-size=512', '"--max-semi-space-size=16"'])(
    'leaves V8 alone where NODE_OPTIONS is %s',
    (options) => {
      expect(flagsSet([], options)).toEqual([]);
    },
  );
});

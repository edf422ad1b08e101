import { describe, expect, it } from 'vitest';
import { boundHeap, holdHeap, keepHeapSmall } from './heap-size.ts';

const small = ['--semi-space-growth-factor=1', '--no-maglev', '--memory-saver-mode'];

interface TestHost {
  readonly host: Parameters<typeof holdHeap>[0];
  readonly flags: readonly string[];
  /** Tells of a collection, after which the young generation has this size. */
  readonly collected: (mebibytes: number) => void;
  readonly isWatched: () => boolean;
}

function testHost(given: { arguments?: readonly string[]; nodeOptions?: string; v8Version?: string } = {}): TestHost {
  const flags: string[] = [];
  const listeners = new Set<() => void>();
  let bytes = 0;
  return {
    flags,
    host: {
      environment: { NODE_OPTIONS: given.nodeOptions },
      runtimeArguments: given.arguments ?? [],
      v8Version: given.v8Version ?? '13.6.233.17-node.37',
      setRuntimeFlag: (flag) => void flags.push(flag),
      youngGeneration: {
        size: () => bytes,
        onCollected(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    },
    collected(mebibytes) {
      bytes = mebibytes * 1024 * 1024;
      for (const listener of listeners) listener();
    },
    isWatched: () => listeners.size > 0,
  };
}

function flagsSet(runtimeArguments: readonly string[], nodeOptions?: string, v8Version?: string): readonly string[] {
  const { host, flags } = testHost({
    arguments: runtimeArguments,
    ...(nodeOptions !== undefined && { nodeOptions }),
    ...(v8Version !== undefined && { v8Version }),
  });
  keepHeapSmall(host);
  return flags;
}

describe('holdHeap', () => {
  it('keeps the young generation from growing', () => {
    const { host, flags } = testHost();
    holdHeap(host);
    expect(flags).toEqual(['--semi-space-growth-factor=1']);
  });

  it('leaves V8 alone where Node.js was started with a flag about its heap', () => {
    const { host, flags } = testHost({ nodeOptions: '--max-semi-space-size=16' });
    holdHeap(host);
    expect(flags).toEqual([]);
  });
});

describe('boundHeap', () => {
  const grows = ['--heap-growing-percent=40', '--semi-space-growth-factor=2'];

  it('lets the young generation grow until it has 16 MiB, and looks no more', () => {
    const { host, flags, collected, isWatched } = testHost();
    boundHeap(host);
    collected(8);
    expect(flags).toEqual(grows);
    expect(isWatched()).toBe(true);
    collected(16);
    expect(flags).toEqual([...grows, '--semi-space-growth-factor=1']);
    expect(isWatched()).toBe(false);
  });

  it('leaves V8 alone where Node.js was started with a flag about its heap', () => {
    const { host, flags, isWatched } = testHost({ arguments: ['--max-old-space-size=512'] });
    boundHeap(host);
    expect(flags).toEqual([]);
    expect(isWatched()).toBe(false);
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

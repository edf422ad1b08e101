import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { allFlags } from './flag-table.ts';
import { flagName } from './flag-values.ts';
import { retiredFlags } from './retired-flags.ts';

let page: string;
beforeAll(async () => {
  page = await readFile(new URL('../../../../docs/parity.md', import.meta.url), 'utf8');
});

/** The names in backticks in the first column of the table under a heading. */
function namesUnder(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

describe('the page that compares with the Go project', () => {
  it('names flags that the command has, and no others', () => {
    const known = new Set([
      ...allFlags().map(({ key }) => flagName(key)),
      ...retiredFlags.flatMap(({ name }) => (name === undefined ? [] : [name])),
      'klog.*',
    ]);
    const named = namesUnder('Flags').map((name) => name.replace(/^--/, ''));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every flag that is accepted without effect', () => {
    const retired = retiredFlags.flatMap(({ name }) =>
      name === undefined || (name.startsWith('klog.') && name !== 'klog.v') ? [] : [`--${name}`],
    );
    expect(retired.filter((name) => !namesUnder('Flags').includes(name))).toEqual([]);
  });

  it('has every variable of the Go programs that is read, and no others', () => {
    const read = [
      'KUBECONFIG',
      ...allFlags().flatMap(({ definition }) => definition.variables ?? []),
      ...retiredFlags.flatMap(({ variables }) => variables ?? []),
    ];
    expect(namesUnder('Environment variables').toSorted()).toEqual(read.toSorted());
  });
});

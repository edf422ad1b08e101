import { describe, expect, it } from 'vitest';
import { LineMatcher } from './line-matcher.ts';

type Case = readonly [pattern: string, found: readonly string[], other: readonly string[]];

async function foundIn(
  pattern: string,
  lines: readonly string[],
  extended: boolean,
  ignoreCase = false,
): Promise<string[]> {
  const matcher = new LineMatcher(pattern, { extended, ignoreCase });
  const found: string[] = [];
  for (const line of lines) if (await matcher.test(line)) found.push(line);
  return found;
}

describe('a regular expression', () => {
  it.each<Case>([
    ['b.d', ['abcd', 'béd', 'b😀d'], ['bd', 'bccd']],
    ['^a*$', ['', 'a', 'aaa'], ['b', 'ab']],
    ['', ['', 'x'], []],
    ['^$', [''], ['x']],
    ['a[b-d]e', ['abe', 'xade'], ['aee']],
    ['a[^b-d]e', ['aee'], ['abe', 'ae']],
    ['[]x]', [']', 'x'], ['[']],
    ['[^]x]', ['a'], [']', 'x']],
    ['[a-]', ['-', 'a'], ['b']],
    ['[a\\]', ['a', '\\'], ['b']],
    ['[[:digit:][:upper:]]x', ['1x', 'Ax'], ['ax']],
    ['[[.-.]a]', ['-', 'a'], ['.']],
    [String.raw`\<word\>`, ['a word', 'word'], ['words', 'sword']],
    [String.raw`\bword`, ['words', 'a word'], ['sword']],
    [String.raw`\Bword`, ['sword'], ['word']],
    [String.raw`\w\s\W\S`, ['a -b'], ['a b']],
    [String.raw`a\.b`, ['a.b'], ['axb']],
    ['one\ntwo', ['one', 'a two'], ['three']],
  ])('%j means the same in both syntaxes', async (pattern, found, other) => {
    for (const extended of [false, true]) expect(await foundIn(pattern, [...found, ...other], extended)).toEqual(found);
  });

  it.each<Case>([
    ['a|b', ['a', 'b'], ['c']],
    ['^(ab)+$', ['ab', 'abab'], ['', 'aba']],
    ['^ab?c$', ['ac', 'abc'], ['abbc']],
    ['^a{2}$', ['aa'], ['a', 'aaa']],
    ['^a{2,}$', ['aa', 'aaa'], ['a']],
    ['^a{,2}$', ['', 'aa'], ['aaa']],
    ['^(a|b){2,3}$', ['ab', 'bab'], ['a', 'abab']],
    ['^(a|)b$', ['ab', 'b'], ['a']],
    ['^((a*)*)*$', ['', 'aaa'], ['b']],
    ['*a', ['*a'], ['a']],
    ['^+a', ['+a'], ['a']],
    ['a(^b|$)', ['xa'], ['ab']],
    [String.raw`\(a\)`, ['(a)'], ['a']],
  ])('that is extended, %j, is one of POSIX', async (pattern, found, other) => {
    expect(await foundIn(pattern, [...found, ...other], true)).toEqual(found);
  });

  it.each<Case>([
    ['a|b', ['a|b'], ['a', 'b']],
    [String.raw`a\|b`, ['a', 'b'], ['c']],
    [String.raw`^\(ab\)*c$`, ['c', 'ababc'], ['abac']],
    [String.raw`^a\{2\}$`, ['aa'], ['a']],
    [String.raw`^ab\?c\+$`, ['acc', 'abc'], ['ab']],
    ['(a+)', ['(a+)'], ['a', 'aa']],
    ['*a', ['*a'], ['a']],
    [String.raw`\(*a\)`, ['*a'], ['a']],
    ['a^b$c', ['a^b$c'], ['ab']],
    [String.raw`\(^a$\)`, ['a'], ['ab']],
  ])('that is basic, %j, is one of POSIX', async (pattern, found, other) => {
    expect(await foundIn(pattern, [...found, ...other], false)).toEqual(found);
  });

  it('takes upper and lower case for the same where that is asked for', async () => {
    expect(await foundIn('straße', ['STRAßE', 'StraßE', 'STRASSE'], false, true)).toEqual(['STRAßE', 'StraßE']);
    expect(await foundIn('^[^a-c]$', ['B', 'D'], false, true)).toEqual(['D']);
  });

  it.each([
    ['(a', 'Unmatched ( or \\('],
    ['a)', 'Unmatched ) or \\)'],
    ['[a', 'Unmatched [, [^, [:, [., or [='],
    ['[[:none:]]', 'Invalid character class name'],
    ['[b-a]', 'Invalid range end'],
    ['a{2', 'Invalid content of {}'],
    ['a{3,2}', 'Invalid content of {}'],
    ['a\\', 'Trailing backslash'],
    [String.raw`(a)\1`, 'References to groups are not matched here'],
    ['a{3000}', 'Regular expression too big'],
    ['((a{99}){99}){99}', 'Regular expression too big'],
    ['(((){30000}){30000}){30000}', 'Regular expression too big'],
    ['('.repeat(3_000), 'Regular expression too big'],
  ])('that cannot be matched, %j, is refused: %s', (pattern, message) => {
    expect(() => new LineMatcher(pattern, { extended: true, ignoreCase: false })).toThrow(message);
  });

  it.each(['^(a*)*b$', '^(a|aa)+$', '(a*a*a*a*a*a*)*b', '^(([a-z])+.)+[A-Z]$'])(
    'that an engine that goes back would try without end, %j, takes a time that is that of the line, and leaves turns to others',
    async (pattern) => {
      let [turns, isDone] = [0, false];
      const turn = (): void => {
        turns++;
        if (!isDone) setImmediate(turn);
      };
      setImmediate(turn);
      expect(await foundIn(pattern, [`${'a'.repeat(20_000)}!`], true)).toEqual([]);
      isDone = true;
      expect(turns).toBeGreaterThan(1);
    },
  );

  it('with many groups and many stars is parsed without going deep', async () => {
    expect(await foundIn(`${'('.repeat(400)}a${')'.repeat(400)}${'*'.repeat(900)}b`, ['aab', 'c'], true)).toEqual([
      'aab',
    ]);
  });
});

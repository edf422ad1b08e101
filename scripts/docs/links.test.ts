import { expect, test } from 'vitest';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { brokenLinks } from './links.ts';

const page = (text: string) =>
  madeUpTree({ 'docs/a.md': text, 'docs/b.md': '# The `b` of it, all\n', 'scripts/check.ts': '' });

test('links to files, folders, headings and other sites are fine', () => {
  const text =
    '# Here\n[b](./b.md) [b](b.md#the-b-of-it-all) [s](../scripts) [here](#here) [x](https://example.org/x)\n';
  expect(brokenLinks(page(text))).toEqual([]);
});

test('a link to a file that is not there is reported', () => {
  expect(brokenLinks(page('[c](./c.md)'))).toEqual(['docs/a.md: ./c.md leads nowhere']);
});

test('a link to a heading that is not there is reported', () => {
  expect(brokenLinks(page('[b](./b.md#nothing)'))).toEqual([
    'docs/a.md: ./b.md#nothing names a heading that is not there',
  ]);
});

test('a quoted path of the repository has to be there', () => {
  expect(brokenLinks(page('See `scripts/check.ts`, `scripts/gone.ts` and `packages/*/src`.'))).toEqual([
    'docs/a.md: there is no scripts/gone.ts',
  ]);
});

test('what stands in a code block is not a link', () => {
  expect(brokenLinks(page('```md\n[c](./c.md)\n```\n'))).toEqual([]);
});

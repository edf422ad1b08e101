import { expect, test } from 'vitest';
import { markdownTable } from './markdown-table.ts';

test('what would end a cell or start a tag is escaped', () => {
  expect(markdownTable(['a', 'b'], [['x|y', 'one\n  two <three>']])).toBe(
    '| a | b |\n| --- | --- |\n| x\\|y | one two &lt;three> |',
  );
});

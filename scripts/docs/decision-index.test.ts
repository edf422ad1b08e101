import { expect, test } from 'vitest';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { decisionIndex } from './decision-index.ts';

test('records are listed by number with their title, whether or not the heading repeats the number', () => {
  const tree = madeUpTree({
    'docs/decisions/0002-second.md': '# 0002: The second\n',
    'docs/decisions/0001-first.md': '# The first\n',
    'docs/decisions/index.md': '# Decisions\n',
  });
  expect(decisionIndex.render(tree)).toContain(
    '- [0001](./0001-first.md) The first\n- [0002](./0002-second.md) The second',
  );
});

test('a record without a heading is an error that names it', () => {
  expect(() => decisionIndex.render(madeUpTree({ 'docs/decisions/0001-first.md': 'text' }))).toThrow(
    'docs/decisions/0001-first.md has no heading',
  );
});

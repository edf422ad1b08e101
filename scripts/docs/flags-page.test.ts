import { expect, test } from 'vitest';
import { allFlags } from '../../apps/node-cli/src/flags/flag-table.ts';
import { flagName, flagVariable } from '../../apps/node-cli/src/flags/flag-values.ts';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { flagsPage } from './flags-page.ts';

const page = () => flagsPage.render(madeUpTree({ 'package.json': '{}' }));

test('every flag is on the page once, with its variable', () => {
  for (const { key } of allFlags()) {
    const rows = page()
      .split('\n')
      .filter((line) => new RegExp(`^\\| \`--${flagName(key)}[ \`]`).test(line));
    expect(rows, flagName(key)).toHaveLength(1);
    expect(rows[0]).toContain(`\`${flagVariable(key)}\``);
  }
});

test('a default that differs in dev says so', () => {
  expect(page()).toContain('`leave`; `delete` in dev');
});

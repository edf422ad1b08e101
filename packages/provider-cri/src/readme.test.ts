import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { criConfigSchema } from './config.ts';
import { refusedFields } from './refusal/field-table.ts';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));

/** A Markdown table as the formatter leaves it: columns of even width. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...rest] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
}

interface Property {
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Property>>;
}

function optionRows(properties: Readonly<Record<string, Property>>, prefix = ''): string[][] {
  return Object.entries(properties).flatMap(([key, { default: value, description = '', properties: inner }]) => [
    [
      `\`${prefix}${key}\``,
      value === undefined || inner !== undefined ? '' : `\`${JSON.stringify(value)}\``,
      description,
    ],
    ...optionRows(inner ?? {}, `${prefix}${key}.`),
  ]);
}

function optionTable(): string {
  const { properties } = z.toJSONSchema(criConfigSchema, { io: 'input', unrepresentable: 'any' });
  return markdownTable(
    ['key', 'default', 'meaning'],
    optionRows((properties ?? {}) as Readonly<Record<string, Property>>),
  );
}

function refusedTable(): string {
  const rows = refusedFields.map(({ field, when, because }) => [`\`${field}\``, when, because]);
  return markdownTable(['field', 'refused when', 'because'], rows);
}

function withRegion(text: string, name: string, contents: string): string {
  const [before, rest = ''] = text.split(`<!-- ${name} -->`);
  const [, after] = rest.split(`<!-- /${name} -->`);
  return `${before}<!-- ${name} -->\n\n${contents}\n\n<!-- /${name} -->${after}`;
}

it('the tables of the README are those of the code; `vitest -u` writes them anew', async () => {
  const text = await readFile(readme, 'utf8');
  const expected = withRegion(withRegion(text, 'options', optionTable()), 'refused', refusedTable());
  await expect(expected).toMatchFileSnapshot(readme);
});

it('every option has a description', () => {
  expect(
    optionTable()
      .split('\n')
      .filter((row) => /\|\s+\|$/u.test(row)),
  ).toEqual([]);
});

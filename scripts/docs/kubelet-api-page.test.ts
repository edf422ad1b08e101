import { expect, test } from 'vitest';
import { routeTable } from '../../packages/node/src/kubelet-api/routing/route-table.ts';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { kubeletApiPage } from './kubelet-api-page.ts';

const rowsOf = (path: string): string[] =>
  kubeletApiPage
    .render(madeUpTree({ 'package.json': '{}' }))
    .split('\n')
    .filter((line) => line.startsWith(`| \`${path}\` |`));

test.each(Object.values(routeTable))('$path is on the page once, with the subresources that it asks for', (route) => {
  const rows = rowsOf(route.path);
  expect(rows).toHaveLength(1);
  for (const name of route.subresources) expect(rows[0]).toContain(`\`nodes/${name}\``);
});

test('what runs something says create for every method', () => {
  for (const path of ['/exec/{namespace}/{pod}/{container}', '/run/{namespace}/{pod}/{container}'])
    expect(rowsOf(path)[0]).toMatch(/ \| create \| /);
});

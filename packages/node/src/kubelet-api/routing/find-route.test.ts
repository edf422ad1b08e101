import { expect, test } from 'vitest';
import { askedRoute } from './find-route.ts';
import { requestHandlers, upgradeHandlers } from './handlers.ts';
import { routeGroups } from './route-group.ts';
import { routeTable, type RouteName } from './route-table.ts';

const names = Object.keys(routeTable) as RouteName[];

function filled(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, 'the-$1');
}

test.each(names)('the path of %s leads to it and to no other route', (name) => {
  expect(askedRoute(filled(routeTable[name].path)).found?.name).toBe(name);
});

test('what stands in the path is told apart by its place, with and without a UID', () => {
  expect(askedRoute('/exec/ns/web/app?command=ls').found?.parameters).toEqual({
    namespace: 'ns',
    pod: 'web',
    container: 'app',
  });
  expect(askedRoute('/exec/ns/web/u-1/app').found?.parameters).toEqual({
    namespace: 'ns',
    pod: 'web',
    uid: 'u-1',
    container: 'app',
  });
});

test('a segment is decoded once', () => {
  expect(askedRoute('/exec/ns/we%62/app').found?.parameters).toMatchObject({ pod: 'web' });
  expect(askedRoute('/exec/ns/we%2562/app').found?.parameters).toMatchObject({ pod: 'we%62' });
});

test('every route that is upgraded, and no other, takes over the connection', () => {
  const upgraded = names.filter((name) => routeTable[name].upgrade);
  expect(Object.keys(upgradeHandlers).sort()).toEqual(upgraded.sort());
  expect(Object.keys(requestHandlers)).toHaveLength(names.length - upgraded.length);
});

test('what runs or reaches something in a pod asks for create', () => {
  const reaching = names.filter((name) => /^(exec|attach|portForward|run(Uid)?$)/.test(name));
  expect(reaching.map((name) => routeTable[name].verb)).toEqual(reaching.map(() => 'create'));
  expect(reaching).toHaveLength(8);
});

test('a checkpoint is not had by the right to the proxy', () => {
  expect(routeTable.checkpoint.subresources).toEqual(['checkpoint']);
});

test('the names of routes in metrics have nothing of a request in them', () => {
  for (const group of routeGroups) expect(group).toMatch(/^[a-zA-Z]+(\/[a-z]+)?$/);
});

import { routeTable } from './route-table.ts';

/** The name of a route in metrics: its path up to the first thing that differs from request to request. */
export function routeGroup(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && !part.startsWith('{'))
    .join('/');
}

/** Every name that {@link routeGroup} gives. */
export const routeGroups: readonly string[] = [
  ...new Set(Object.values(routeTable).map(({ path }) => routeGroup(path))),
];

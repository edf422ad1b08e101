import { readRequestTarget, type RequestTarget } from './request-target.ts';
import type { Route } from './route.ts';
import { routeTable, type RouteName } from './route-table.ts';

/** What stands in the path for `{namespace}`, `{pod}`, `{uid}` and `{container}`. */
export interface PathParameters {
  readonly namespace?: string;
  readonly pod?: string;
  readonly uid?: string;
  readonly container?: string;
}

export interface FoundRoute {
  readonly name: RouteName;
  readonly route: Route;
  readonly parameters: PathParameters;
}

const patterns = (Object.entries(routeTable) as [RouteName, Route][]).map(([name, route]) => ({
  name,
  route,
  parts: route.path.split('/').filter((part) => part !== ''),
}));

/** What a request line asks for, before anybody knows whether it may. */
export interface AskedRoute {
  /** Undefined for a path that is not spelled plainly. */
  readonly target: RequestTarget | undefined;
  /** Undefined for a path that there is not. */
  readonly found: FoundRoute | undefined;
}

export function askedRoute(url: string): AskedRoute {
  const target = readRequestTarget(url);
  return { target, found: target === undefined ? undefined : findRoute(target.segments) };
}

/** The route of a path, whatever the method. No two routes match the same path. */
function findRoute(segments: readonly string[]): FoundRoute | undefined {
  for (const { name, route, parts } of patterns) {
    if (parts.length !== segments.length) continue;
    const parameters = parametersOf(parts, segments);
    if (parameters !== undefined) return { name, route, parameters };
  }
  return undefined;
}

function parametersOf(parts: readonly string[], segments: readonly string[]): PathParameters | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return parameters;
}

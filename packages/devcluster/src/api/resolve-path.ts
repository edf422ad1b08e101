import type { ServedResource } from '../registry/served-resource.ts';
import { unknownResource } from '../status/errors.ts';

/** The place that a path names under `/api` or `/apis`. */
export interface ResolvedPath {
  resource: ServedResource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string;
  /** What follows the subresource `proxy`: empty, or with a slash before each part. */
  subpath: string;
}

/** Finds a resource by group, version and plural name. */
export type FindResource = (group: string, version: string, plural: string) => ServedResource | undefined;

function splitGroup(segments: readonly string[]): { group: string; version: string; rest: string[] } | undefined {
  const [root, first, second, ...more] = segments;
  if (root === 'api' && first !== undefined) return { group: '', version: first, rest: segments.slice(2) };
  if (root === 'apis' && first !== undefined && second !== undefined)
    return { group: first, version: second, rest: more };
  return undefined;
}

/**
 * Reads a resource path. Undefined: the path lies under no group and version that is served. Throws ApiError (404) for
 * an unknown resource of a group that is.
 */
export function resolvePath(
  segments: readonly string[],
  find: FindResource,
  isServed: (group: string, version: string) => boolean,
): ResolvedPath | undefined {
  const parts = splitGroup(segments);
  if (parts === undefined || parts.rest.length === 0 || !isServed(parts.group, parts.version)) return undefined;
  const { group, version, rest } = parts;
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize';
  const namespace = isNamespaced ? rest[1] : undefined;
  const [plural = '', name, subresource = '', ...excess] = isNamespaced ? rest.slice(2) : rest;
  const resource = find(group, version, plural);
  if (resource === undefined || (excess.length > 0 && subresource !== 'proxy')) throw unknownResource();
  const { namespaced } = resource.definition;
  if (namespaced !== isNamespaced && (isNamespaced || name !== undefined)) throw unknownResource();
  return { resource, namespace, name, subresource, subpath: excess.map((part) => `/${part}`).join('') };
}

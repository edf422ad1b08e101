import { parseFieldTerms } from '../selectors/field-selector.ts';
import { SelectorError } from '../selectors/selector-error.ts';
import { pathSegmentProblems } from '../resources/names.ts';
import type { Access } from './access.ts';

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** The `field=value` requirements of a selector; one that cannot be read requires nothing here, and is refused later. */
export function requiredFields(selector: string | null): Map<string, string> {
  if (selector === null || selector === '') return new Map();
  try {
    return new Map(
      parseFieldTerms(selector).flatMap(({ field, value, negated }) => (negated ? [] : [[field, value] as const])),
    );
  } catch (error) {
    if (error instanceof SelectorError) return new Map();
    throw error;
  }
}

function isWatch(query: URLSearchParams): boolean {
  const watch = query.get('watch');
  return watch !== null && watch !== 'false' && watch !== '0';
}

/**
 * What a request wants to do, read from its method, its path and its query as the API server reads them, whether or not
 * there is such a resource. A list or a watch of one object by `metadata.name` counts as access to that object.
 */
export function requestAccess(
  request: { method: string; path: string; query: URLSearchParams },
  segments: readonly string[],
): Access {
  const { method, path, query } = request;
  const [root = ''] = segments;
  const isCore = root === 'api' && segments.length >= 3;
  const isGroup = root === 'apis' && segments.length >= 4;
  if (!isCore && !isGroup) return { kind: 'path', verb: method.toLowerCase(), path };
  const [group = '', version = ''] = isCore ? ['', segments[1]] : [segments[1], segments[2]];
  let parts = segments.slice(isCore ? 2 : 3);
  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1] ?? '';
    if (parts.length > 2 && parts[2] !== 'status' && parts[2] !== 'finalize') parts = parts.slice(2);
  }
  const [resource = '', given = '', subresource = ''] = parts;
  const fields = requiredFields(query.get('fieldSelector'));
  let verb = verbs[method] ?? '';
  let name = given;
  if (name === '' && verb === 'get') {
    verb = isWatch(query) ? 'watch' : 'list';
    const wanted = fields.get('metadata.name') ?? '';
    if (wanted !== '' && pathSegmentProblems(wanted).length === 0) name = wanted;
  } else if (name === '' && verb === 'delete') verb = 'deletecollection';
  return { kind: 'resource', verb, group, version, resource, subresource, namespace, name, fields };
}

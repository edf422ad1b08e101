import { createHash } from 'node:crypto';
import { type ResourceRoute, routesOf } from '../api/routes.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { type OpenApiSchema, openApiSchemas, referencePrefix, schemaNameOf } from '../schema/openapi-schemas.ts';
import { groupVersions } from './discovery.ts';

const queryNames: Readonly<Record<string, readonly string[]>> = {
  create: ['dryRun', 'fieldManager', 'fieldValidation'],
  update: ['dryRun', 'fieldManager', 'fieldValidation'],
  patch: ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
  list: ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'watch'],
};
const actions: Readonly<Record<string, string>> = { create: 'post', update: 'put' };

function references(value: unknown, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') found.push(inner.slice(referencePrefix.length));
    else references(inner, found);
  }
}

function closure(roots: readonly string[]): Record<string, OpenApiSchema> {
  const kept: Record<string, OpenApiSchema> = {};
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = openApiSchemas[name];
    if (schema === undefined || name in kept) continue;
    kept[name] = schema;
    references(schema, open);
  }
  return kept;
}

function operation(resource: ServedResource, route: ResourceRoute): object {
  const verb = route.verbs[0] ?? '';
  const kind = route.kind ?? { group: resource.group, version: resource.version, kind: resource.kind };
  const name = schemaNameOf(kind.group, kind.version, kind.kind);
  const content = name === undefined ? {} : { 'application/json': { schema: { $ref: `${referencePrefix}${name}` } } };
  const parameters = (queryNames[verb] ?? []).map((query) => ({
    name: query,
    in: 'query',
    schema: { type: 'string' },
  }));
  return {
    responses: { 200: { description: 'OK', content } },
    parameters,
    ...(route.method === 'POST' || route.method === 'PUT'
      ? { requestBody: { content: { '*/*': content['application/json'] ?? {} }, required: true } }
      : {}),
    'x-kubernetes-action': actions[verb] ?? verb,
    'x-kubernetes-group-version-kind': kind,
  };
}

function pathOf(resource: ServedResource, route: ResourceRoute): string {
  const root = resource.group === '' ? '/api/v1' : `/apis/${resource.group}/${resource.version}`;
  const { plural, namespaced } = resource.definition;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  if (route.place === 'collection') return collection;
  return route.place === 'object' ? `${collection}/{name}` : `${collection}/{name}/${route.place.subresource}`;
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
}

/** `/openapi/v3/{path}`: enough for kubectl's validation, explain and patch metadata. */
function openApiDocument(resources: readonly ServedResource[], version: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  const roots = new Set<string>();
  for (const resource of resources) {
    for (const suffix of ['', 'List']) {
      const name = schemaNameOf(resource.group, resource.version, `${resource.kind}${suffix}`);
      if (name !== undefined) roots.add(name);
    }
    for (const route of routesOf(resource.definition)) {
      const path = pathOf(resource, route);
      const entry = (paths[path] ??= { parameters: pathParameters(path) });
      entry[route.method.toLowerCase()] = operation(resource, route);
      const { kind } = route;
      const name = kind === undefined ? undefined : schemaNameOf(kind.group, kind.version, kind.kind);
      if (name !== undefined) roots.add(name);
    }
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths,
    components: { schemas: closure([...roots]) },
  };
}

/** The OpenAPI v3 documents by path, as JSON, made once. */
export class OpenApiDocuments {
  readonly #documents = new Map<string, string>();

  constructor(resources: readonly ServedResource[], version: string) {
    for (const { group, version: groupVersion } of groupVersions(resources)) {
      const here = resources.filter((one) => one.group === group && one.version === groupVersion);
      const path = group === '' ? `api/${groupVersion}` : `apis/${group}/${groupVersion}`;
      this.#documents.set(path, JSON.stringify(openApiDocument(here, version)));
    }
  }

  /** `/openapi/v3`. */
  index(): object {
    const paths = [...this.#documents].map(([path, text]) => {
      const hash = createHash('sha512').update(text).digest('hex').toUpperCase();
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
    });
    return { paths: Object.fromEntries(paths) as Record<string, object> };
  }

  document(path: string): string | undefined {
    return this.#documents.get(path);
  }
}

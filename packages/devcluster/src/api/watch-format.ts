import { groupVersion, objectJson } from '../registry/served-resource.ts';
import { withKind, type StoredObject } from '../store/stored-object.ts';
import type { ApiRequest } from './api-request.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import { columnsJson, partialJson, readInclude, rowJson, tableJson } from './table.ts';

/** Makes the JSON of the objects of one watch; a table names its columns in the first event only. */
export interface WatchFormat {
  object(stored: StoredObject): string;
  bookmark(revision: number, options: { endsInitialEvents: boolean }): string;
}

const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' };

/** What Go writes for an object of the type that has no fields set: empty structs, and null for required lists. */
function emptyFields(schema: SchemaNode): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (schema.type !== 'struct') return fields;
  for (const [key, { node, implied, required }] of schema.fields) {
    if (key === 'metadata') continue;
    if (node.type === 'struct' && implied !== undefined) fields[key] = emptyFields(node);
    else if (implied !== undefined && required) fields[key] = implied;
    else if (node.type === 'array' && required) fields[key] = null;
  }
  return fields;
}

/** A bookmark's object is nearly empty: it carries a resourceVersion, and the mark that ends the initial events. */
function bookmarkJson(request: ApiRequest, revision: number, endsInitialEvents: boolean): string {
  const { resource, presentation } = request;
  const metadata = {
    resourceVersion: String(revision),
    ...(endsInitialEvents ? { annotations: initialEventsEnd } : {}),
  };
  if (presentation.as === 'metadata') {
    return withKind('PartialObjectMetadata', `meta.k8s.io/${presentation.version}`, JSON.stringify({ metadata }));
  }
  return withKind(resource.kind, groupVersion(resource), JSON.stringify({ metadata, ...emptyFields(resource.schema) }));
}

function tableFormat(request: ApiRequest, version: 'v1' | 'v1beta1'): WatchFormat {
  const { resource, registry, query } = request;
  const include = readInclude(query);
  let columns = columnsJson(resource.definition);
  const table = (rows: string[], resourceVersion: string): string => {
    const json = tableJson(resource, rows, { version, metadata: { resourceVersion }, columns });
    columns = 'null';
    return json;
  };
  return {
    object: (stored) => {
      const row = rowJson(resource, stored, { version, include, now: registry.clock.now() });
      return table([row], stored.object.metadata.resourceVersion);
    },
    bookmark: (revision, { endsInitialEvents }) => {
      const cells = JSON.stringify(resource.definition.columns.map(({ type }) => (type === 'integer' ? 0 : '')));
      const shown = bookmarkJson({ ...request, presentation: { as: 'object' } }, revision, endsInitialEvents);
      const partial = bookmarkJson(
        { ...request, presentation: { as: 'metadata', version } },
        revision,
        endsInitialEvents,
      );
      const object = { None: 'null', Metadata: partial, Object: shown }[include];
      return table([`{"cells":${cells},"object":${object}}`], String(revision));
    },
  };
}

export function watchFormat(request: ApiRequest): WatchFormat {
  const { resource, presentation } = request;
  const bookmark: WatchFormat['bookmark'] = (revision, { endsInitialEvents }) =>
    bookmarkJson(request, revision, endsInitialEvents);
  switch (presentation.as) {
    case 'object':
      return { object: (stored) => objectJson(resource, stored), bookmark };
    case 'metadata':
      return { object: (stored) => partialJson(stored.object, presentation.version), bookmark };
    case 'table':
      return tableFormat(request, presentation.version);
  }
}

import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { groupVersion, itemJson, type ServedResource } from '../registry/served-resource.ts';
import { badRequest } from '../status/errors.ts';
import { type StoredObject, withKind } from '../store/stored-object.ts';

export interface TableOptions {
  version: 'v1' | 'v1beta1';
  /** What each row carries of its object. */
  include: 'None' | 'Metadata' | 'Object';
  now: number;
}

/** Reads `includeObject` of the query. Throws ApiError. */
export function readInclude(query: URLSearchParams): TableOptions['include'] {
  const value = query.get('includeObject') ?? '';
  switch (value) {
    case '':
    case 'Metadata':
      return 'Metadata';
    case 'None':
    case 'Object':
      return value;
    default:
      throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
  }
}

/** `columnDefinitions` as JSON. */
export function columnsJson(definition: ResourceDefinition): string {
  const columns = definition.columns.map(({ name, type, format, description, priority }) => {
    return { name, type, format, description, priority };
  });
  return JSON.stringify(columns);
}

export function partialJson(object: KubeObject, version: string): string {
  return withKind('PartialObjectMetadata', `meta.k8s.io/${version}`, JSON.stringify({ metadata: object.metadata }));
}

/** One row of a table as JSON. */
export function rowJson(resource: ServedResource, stored: StoredObject, options: TableOptions): string {
  const { definition } = resource;
  const { object } = stored;
  const cells = definition.columns.map((column) => column.value(object, options.now));
  const conditions = definition.rowConditions?.(object) ?? [];
  const shown = conditions.length === 0 ? '' : `,"conditions":${JSON.stringify(conditions)}`;
  return `{"cells":${JSON.stringify(cells)}${shown},"object":${includedJson(resource, stored, options)}}`;
}

function includedJson(resource: ServedResource, stored: StoredObject, options: TableOptions): string {
  if (options.include === 'None') return 'null';
  if (options.include === 'Metadata') return partialJson(stored.object, options.version);
  return withKind(resource.kind, groupVersion(resource), itemJson(resource, stored));
}

export function tableJson(
  resource: ServedResource,
  rows: readonly string[],
  options: { version: string; metadata: object; columns: string },
): string {
  const metadata = JSON.stringify(options.metadata);
  const body = `{"metadata":${metadata},"columnDefinitions":${options.columns},"rows":[${rows.join(',')}]}`;
  return withKind('Table', `meta.k8s.io/${options.version}`, body);
}

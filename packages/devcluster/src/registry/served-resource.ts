import { schemaOf } from '../schema/compile-schema.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import { StoredObject, withKind } from '../store/stored-object.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';
import { coreEventToNew, newEventToCore } from './event-versions.ts';

/** A resource under one group and version. Most are served as they are stored; events have a second version. */
export interface ServedResource {
  group: string;
  version: string;
  kind: string;
  /** How the objects are stored. */
  definition: ResourceDefinition;
  schema: SchemaNode;
  /** Absent: served as stored. */
  conversion?: Conversion;
}

export interface Conversion {
  toServed: (object: KubeObject) => KubeObject;
  toStored: (object: KubeObject) => KubeObject;
  /** The stored name of a field that a field selector may use. */
  storedField: (field: string) => string;
}

export function groupVersion(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

const newEvents: Conversion = {
  toServed: coreEventToNew,
  toStored: newEventToCore,
  storedField: (field) => {
    if (field === 'reportingController') return 'reportingComponent';
    return field.startsWith('regarding.') ? `involvedObject.${field.slice('regarding.'.length)}` : field;
  },
};

/** Every way in which the resources are served. */
export function servedResources(definitions: Iterable<ResourceDefinition>): ServedResource[] {
  const found: ServedResource[] = [];
  for (const definition of definitions) {
    const { group, version, kind } = definition;
    found.push({ group, version, kind, definition, schema: schemaOf(group, version, kind) });
    if (group !== '' || kind !== 'Event') continue;
    const other = { group: 'events.k8s.io', version: 'v1', kind };
    found.push({ ...other, definition, schema: schemaOf(other.group, other.version, kind), conversion: newEvents });
  }
  return found;
}

export function servedObject(resource: ServedResource, stored: StoredObject): KubeObject {
  return resource.conversion === undefined ? stored.object : resource.conversion.toServed(stored.object);
}

/** The JSON of an object as an item of a list, without its kind and version. */
export function itemJson(resource: ServedResource, stored: StoredObject): string {
  if (resource.conversion === undefined) return stored.body;
  return new StoredObject(stored.key, servedObject(resource, stored), stored.revision).body;
}

export function objectJson(resource: ServedResource, stored: StoredObject): string {
  return withKind(resource.kind, groupVersion(resource), itemJson(resource, stored));
}

import { fillImplied } from '../schema/fill-implied.ts';
import { schemaOf } from '../schema/compile-schema.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';

const schemas = new WeakMap<ResourceDefinition, SchemaNode>();

/** The type of a resource's stored objects. */
export function storedSchema(definition: ResourceDefinition): SchemaNode {
  let schema = schemas.get(definition);
  if (schema === undefined) {
    schema = schemaOf(definition.group, definition.version, definition.kind);
    schemas.set(definition, schema);
  }
  return schema;
}

/** Brings an object of any kind into the form in which it goes out. */
export function normaliseAs(
  object: KubeObject,
  type: { group: string; version: string; kind: string },
  schema: SchemaNode,
): void {
  object.kind = type.kind;
  object.apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  const metadata: { managedFields?: unknown; selfLink?: unknown } = object.metadata as object;
  delete metadata.managedFields;
  delete metadata.selfLink;
  fillImplied(object, schema);
}

/** Brings an object into the one form in which it is stored and compared. Managed fields are not tracked. */
export function normalise(definition: ResourceDefinition, object: KubeObject): void {
  normaliseAs(object, definition, storedSchema(definition));
}

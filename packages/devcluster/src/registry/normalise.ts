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

/** Brings an object into the one form in which it is stored and compared. Managed fields are not tracked. */
export function normalise(definition: ResourceDefinition, object: KubeObject): void {
  object.kind = definition.kind;
  object.apiVersion = definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
  const metadata: { managedFields?: unknown; selfLink?: unknown } = object.metadata as object;
  delete metadata.managedFields;
  delete metadata.selfLink;
  fillImplied(object, storedSchema(definition));
}

import type { KubeObject, ResourceDefinition } from './definition.ts';

/** Where an object lies in the store: `namespace/name`, or the name alone. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function keyOfObject(definition: ResourceDefinition, object: KubeObject): string {
  return objectKey(definition.namespaced ? (object.metadata.namespace ?? '') : undefined, object.metadata.name);
}

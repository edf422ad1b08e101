import type { KubeObject } from './resource.ts';

/** Takes `metadata.managedFields` out of an object that nobody else has yet: a third of its size, and of no use here. */
export function dropManagedFields<T extends KubeObject>(object: T): T {
  const metadata = object.metadata as { managedFields?: unknown } | undefined;
  if (metadata?.managedFields === undefined) return object;
  // A copy without the field: V8 keeps an object that a field was deleted from as a hash table, of several times the size.
  const { managedFields: _unused, ...kept } = metadata;
  return Object.assign(object, { metadata: kept });
}

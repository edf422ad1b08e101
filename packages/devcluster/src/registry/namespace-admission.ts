import { forbidden, notFound } from '../status/errors.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';
import type { Registry } from './registry.ts';

/** Namespaces that cannot be deleted. */
const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is created in a namespace that is missing or on its way out. */
export function admitToNamespace(registry: Registry, definition: ResourceDefinition, object: KubeObject): void {
  const { namespace } = object.metadata;
  if (!definition.namespaced || namespace === undefined) return;
  const found = registry.store.get('namespaces', namespace)?.object;
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(definition, object.metadata.name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}

export function admitNamespaceDeletion(definition: ResourceDefinition, name: string): void {
  if (definition.plural !== 'namespaces' || !immortal.has(name)) return;
  throw forbidden(definition, name, 'this namespace may not be deleted');
}

import type { Clock } from '../../clock.ts';
import { cloneJson } from '../../registry/clone-json.ts';
import { createObject } from '../../registry/create-object.ts';
import type { KubeObject } from '../../registry/definition.ts';
import { clusterUser, createRegistry, type Registry } from '../../registry/registry.ts';
import { resourceDefinitions } from '../../resources/index.ts';
import { ObjectStore } from '../../store/object-store.ts';

/** A registry of all resources with the namespaces `default` and `kube-node-lease`, and no loops. */
export function testRegistry(clock: Clock): Registry {
  const store = new ObjectStore({ watchWindow: 1000 });
  const registry = createRegistry({ store, clock, definitions: resourceDefinitions });
  for (const name of ['default', 'kube-node-lease']) create(registry, 'namespaces', { metadata: { name } });
  create(registry, 'serviceaccounts', { metadata: { name: 'default', namespace: 'default' } });
  return registry;
}

/** Creates an object as the cluster itself would. */
export function create(
  registry: Registry,
  plural: string,
  body: { metadata: { name: string; namespace?: string }; [field: string]: unknown },
  options: { dryRun: boolean } = { dryRun: false },
): KubeObject {
  const definition = registry.definitions.get(plural);
  if (definition === undefined) throw new Error(`${plural} are not served`);
  const object = cloneJson(body) as unknown as KubeObject;
  const { namespace } = body.metadata;
  return createObject(registry, definition, object, { namespace, user: clusterUser, ...options }).object;
}

import { deleteObject } from '../registry/delete-object.ts';
import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import type { Registry } from '../registry/registry.ts';
import type { RunningLoop } from './cluster-loop.ts';

interface Dependent {
  definition: ResourceDefinition;
  namespace: string | undefined;
  name: string;
  uid: string;
}

/**
 * Deletes, in the background, objects whose owners are all gone. An owner of a kind that is not served here counts as
 * there, as the API server's collector cannot look for it either.
 */
export function startGarbageCollector(registry: Registry): RunningLoop {
  const { store, definitions } = registry;
  const kinds = new Set([...definitions.values()].map(({ kind }) => kind));
  const living = new Set<string>();
  const dependents = new Map<string, Map<string, Dependent>>();
  const suspects = new Map<string, Dependent>();
  let isScheduled = false;
  let isStopped = false;

  const isOrphaned = (object: KubeObject): boolean => {
    const owners = object.metadata.ownerReferences ?? [];
    return owners.length > 0 && owners.every((owner) => kinds.has(owner.kind) && !living.has(owner.uid));
  };
  const collect = (): void => {
    isScheduled = false;
    if (isStopped) return;
    const batch = [...suspects.values()];
    suspects.clear();
    for (const { definition, namespace, name, uid } of batch) {
      const object = store.get(definition.plural, namespace === undefined ? name : `${namespace}/${name}`)?.object;
      if (object?.metadata.uid !== uid || object.metadata.deletionTimestamp !== undefined || !isOrphaned(object))
        continue;
      deleteObject(registry, definition, { namespace, name }, { dryRun: false });
    }
  };
  const suspect = (dependent: Dependent): void => {
    suspects.set(dependent.uid, dependent);
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(collect);
  };
  const track = (definition: ResourceDefinition, object: KubeObject): void => {
    const { uid, namespace, name } = object.metadata;
    living.add(uid);
    const dependent = { definition, namespace, name, uid };
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid) ?? new Map<string, Dependent>();
      dependents.set(owner.uid, known.set(uid, dependent));
    }
    if (isOrphaned(object)) suspect(dependent);
  };
  const untrack = (object: KubeObject): void => {
    const { uid } = object.metadata;
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid);
      known?.delete(uid);
      if (known?.size === 0) dependents.delete(owner.uid);
    }
  };
  const stops = [...definitions.values()].map((definition) => {
    for (const { object } of store.list(definition.plural)) track(definition, object);
    return store.subscribe(definition.plural, (event) => {
      if (event.previous !== undefined) untrack(event.previous.object);
      if (event.type !== 'DELETED') {
        track(definition, event.current.object);
        return;
      }
      const { uid } = event.current.object.metadata;
      living.delete(uid);
      for (const dependent of dependents.get(uid)?.values() ?? []) suspect(dependent);
    });
  });
  return {
    stop: () => {
      isStopped = true;
      for (const stop of stops) stop();
    },
  };
}

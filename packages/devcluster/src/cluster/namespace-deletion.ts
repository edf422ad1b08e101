import { cloneJson } from '../registry/clone-json.ts';
import { deleteObject } from '../registry/delete-object.ts';
import type { Registry } from '../registry/registry.ts';
import type { RunningLoop } from './cluster-loop.ts';

const finalizer = 'kubernetes';

/** Empties namespaces that are being deleted and removes them once nothing is left in them. */
export function startNamespaceDeletion(registry: Registry): RunningLoop {
  const { store, definitions } = registry;
  const namespaced = [...definitions.values()].filter((definition) => definition.namespaced);
  const pending = new Set<string>();
  let isScheduled = false;
  let isStopped = false;

  const empty = (namespace: string): void => {
    const stored = store.get('namespaces', namespace);
    const definition = definitions.get('namespaces');
    if (stored?.object.metadata.deletionTimestamp === undefined || definition === undefined) return;
    let remaining = 0;
    for (const inside of namespaced) {
      for (const { object } of store.list(inside.plural, `${namespace}/`)) {
        const isMarked = object.metadata.deletionTimestamp !== undefined;
        if (
          isMarked ||
          !deleteObject(registry, inside, { namespace, name: object.metadata.name }, { dryRun: false }).removed
        ) {
          remaining += 1;
        }
      }
    }
    if (remaining > 0) return;
    const next = cloneJson(stored.object);
    const spec = (next['spec'] ?? {}) as { finalizers?: string[] };
    const finalizers = (spec.finalizers ?? []).filter((one) => one !== finalizer);
    const { finalizers: _removed, ...others } = spec;
    next['spec'] = finalizers.length === 0 ? others : { ...others, finalizers };
    if (finalizers.length !== (spec.finalizers ?? []).length) store.put('namespaces', namespace, next);
    deleteObject(registry, definition, { namespace: undefined, name: namespace }, { dryRun: false });
  };
  const run = (): void => {
    isScheduled = false;
    if (isStopped) return;
    const batch = [...pending];
    pending.clear();
    for (const namespace of batch) empty(namespace);
  };
  const look = (namespace: string): void => {
    if (store.get('namespaces', namespace)?.object.metadata.deletionTimestamp === undefined) return;
    pending.add(namespace);
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(run);
  };
  const stops = [
    store.subscribe('namespaces', (event) => look(event.current.key)),
    ...namespaced.map(({ plural }) =>
      store.subscribe(plural, (event) => {
        if (event.type === 'DELETED') look(event.current.key.split('/')[0] ?? '');
      }),
    ),
  ];
  return {
    stop: () => {
      isStopped = true;
      for (const stop of stops) stop();
    },
  };
}

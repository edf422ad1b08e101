import { cloneJson } from '../registry/clone-json.ts';
import { createObject } from '../registry/create-object.ts';
import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { deleteObject } from '../registry/delete-object.ts';
import { clusterUser, type Registry } from '../registry/registry.ts';
import { updateObject } from '../registry/update-object.ts';
import { type EventReport, newEvent } from '../resources/new-event.ts';
import { ApiError } from '../status/api-error.ts';
import type { Follow } from './object-change.ts';

function definitionOf(registry: Registry, plural: string): ResourceDefinition {
  const definition = registry.definitions.get(plural);
  if (definition === undefined)
    throw new ApiError({ code: 404, reason: 'NotFound', message: `${plural} are not served` });
  return definition;
}

/** Follows a resource in the store itself, so that a loop sees every change in the turn in which it is written. */
export function followRegistry(registry: Registry): Follow<string> {
  const { store } = registry;
  return (plural, onChange, signal) => {
    const stop = store.subscribe(plural, ({ type, current }) =>
      onChange({ type: type === 'DELETED' ? 'deleted' : 'set', object: current.object }),
    );
    signal.addEventListener('abort', stop, { once: true });
    for (const { object } of store.list(plural)) onChange({ type: 'set', object });
    return Promise.resolve();
  };
}

/**
 * Changes an object, or its status, as one of the cluster's own loops. `change` gets a copy that it may alter.
 *
 * @throws ApiError 404 when the object is gone, or another has taken its name.
 */
export function changeObject<T extends KubeObject>(
  registry: Registry,
  target: { plural: string; object: T; subresource: '' | 'approval' | 'status' },
  change: (current: T) => void,
): void {
  const { plural, object, subresource } = target;
  const { namespace, name, uid } = object.metadata;
  const options = { namespace, name, subresource, user: clusterUser, dryRun: false, replaces: false };
  updateObject(
    registry,
    definitionOf(registry, plural),
    (current) => {
      if (current?.metadata.uid !== uid) {
        throw new ApiError({ code: 404, reason: 'NotFound', message: `${plural} "${name}" not found` });
      }
      const next = cloneJson(current) as T;
      change(next);
      return next;
    },
    options,
  );
}

/** Deletes an object by its UID, as one of the cluster's own loops. Throws ApiError 404 or 409 when it is another. */
export function removeObject(
  registry: Registry,
  target: { plural: string; object: KubeObject },
  gracePeriodSeconds?: number,
): void {
  const { namespace, name, uid } = target.object.metadata;
  const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
  const request = { ...grace, preconditions: { uid }, dryRun: false };
  deleteObject(registry, definitionOf(registry, target.plural), { namespace, name }, request);
}

let serial = 0;

/** Records an event. Nothing is recorded in a namespace that is missing or on its way out. */
export function recordEvent(registry: Registry, report: EventReport): void {
  serial += 1;
  const draft = newEvent(report, { now: registry.clock.now(), serial: serial % 1_000_000 });
  const { namespace } = draft.metadata;
  const found = registry.store.get('namespaces', namespace ?? '')?.object;
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  const options = { namespace, user: clusterUser, dryRun: false };
  createObject(registry, definitionOf(registry, 'events'), draft as unknown as KubeObject, options);
}

/** Whether an error says that the object of a write is gone, or is another by now: then there is nothing left to do. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 404 || error.code === 409);
}

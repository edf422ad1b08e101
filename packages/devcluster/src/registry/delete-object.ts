import { formatTime } from '../clock.ts';
import { conflict, notFound } from '../status/errors.ts';
import { StoredObject } from '../store/stored-object.ts';
import { cloneJson } from './clone-json.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';
import { admitNamespaceDeletion } from './namespace-admission.ts';
import { objectKey } from './object-key.ts';
import type { Registry } from './registry.ts';

/** `metav1.DeleteOptions`, as far as it is obeyed. */
export interface DeleteRequest {
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  dryRun: boolean;
}

export interface Deleted {
  /** The last state of the object. */
  stored: StoredObject;
  /** False while the object waits for its grace period or its finalizers. */
  removed: boolean;
}

function checkPreconditions(definition: ResourceDefinition, object: KubeObject, request: DeleteRequest): void {
  const { uid, resourceVersion } = object.metadata;
  const wanted = request.preconditions ?? {};
  const byKind = { group: definition.group, plural: definition.kind };
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    const why = `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(byKind, object.metadata.name, why);
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(byKind, object.metadata.name, why);
  }
}

/** The copy of an object that is marked for deletion, or undefined when this request changes nothing about the mark. */
function marked(
  registry: Registry,
  definition: ResourceDefinition,
  object: KubeObject,
  request: DeleteRequest,
): KubeObject | 'pending' | 'immediate' {
  const { strategy } = definition;
  const { metadata } = object;
  const requested =
    request.gracePeriodSeconds !== undefined && request.gracePeriodSeconds < 0 ? 1 : request.gracePeriodSeconds;
  if (strategy.gracePeriodSeconds === undefined) return 'immediate';
  if (metadata.deletionTimestamp !== undefined) {
    const current = metadata.deletionGracePeriodSeconds;
    if (current === undefined) return 'immediate';
    if (requested === undefined || requested >= current) return 'pending';
    const started = Date.parse(metadata.deletionTimestamp) - current * 1000;
    return withMark(object, started + requested * 1000, requested);
  }
  const seconds = strategy.gracePeriodSeconds(object, requested);
  const next = withMark(object, registry.clock.now() + seconds * 1000, seconds);
  if (metadata.generation !== undefined) next.metadata.generation = metadata.generation + 1;
  return next;
}

function withMark(object: KubeObject, time: number, seconds: number): KubeObject {
  const next = cloneJson(object);
  next.metadata.deletionTimestamp = formatTime(time);
  next.metadata.deletionGracePeriodSeconds = seconds;
  return next;
}

/** Marks an object that has finalizers and no grace period of its own. */
function markedForFinalizers(registry: Registry, object: KubeObject): KubeObject {
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const next = withMark(object, registry.clock.now(), 0);
  if (object.metadata.generation !== undefined) next.metadata.generation = object.metadata.generation + 1;
  return next;
}

/** A namespace goes in two steps: it is marked, and removed once its contents and its own finalizers are gone. */
function deleteNamespace(registry: Registry, stored: StoredObject, request: DeleteRequest): Deleted {
  const { object } = stored;
  const spec = object['spec'] as { finalizers?: string[] } | undefined;
  if (object.metadata.deletionTimestamp === undefined) {
    const next = cloneJson(object);
    next.metadata.deletionTimestamp = formatTime(registry.clock.now());
    next['status'] = { ...(next['status'] as object | undefined), phase: 'Terminating' };
    if (request.dryRun) return { stored: new StoredObject(stored.key, next, stored.revision), removed: false };
    return { stored: registry.store.put('namespaces', stored.key, next), removed: false };
  }
  if ((spec?.finalizers ?? []).length > 0 || (object.metadata.finalizers ?? []).length > 0)
    return { stored, removed: false };
  return remove(registry, 'namespaces', stored, request);
}

function remove(registry: Registry, plural: string, stored: StoredObject, request: DeleteRequest): Deleted {
  if (request.dryRun) return { stored, removed: true };
  return { stored: registry.store.delete(plural, stored.key) ?? stored, removed: true };
}

/** Deletes an object as far as its grace period and its finalizers allow. Throws ApiError. */
export function deleteObject(
  registry: Registry,
  definition: ResourceDefinition,
  target: { namespace: string | undefined; name: string },
  request: DeleteRequest,
): Deleted {
  const { plural } = definition;
  admitNamespaceDeletion(definition, target.name);
  const key = objectKey(definition.namespaced ? target.namespace : undefined, target.name);
  const stored = registry.store.get(plural, key);
  if (stored === undefined) throw notFound(definition, target.name);
  checkPreconditions(definition, stored.object, request);
  if (plural === 'namespaces') return deleteNamespace(registry, stored, request);
  const mark = marked(registry, definition, stored.object, request);
  if (mark === 'pending') return { stored, removed: false };
  const hasFinalizers = (stored.object.metadata.finalizers ?? []).length > 0;
  if (mark === 'immediate' && !hasFinalizers) return remove(registry, plural, stored, request);
  const next = mark === 'immediate' ? markedForFinalizers(registry, stored.object) : mark;
  const isDone = !hasFinalizers && next.metadata.deletionGracePeriodSeconds === 0;
  if (next === stored.object) return { stored, removed: false };
  const written = request.dryRun ? new StoredObject(key, next, stored.revision) : registry.store.put(plural, key, next);
  return isDone ? remove(registry, plural, written, request) : { stored: written, removed: false };
}

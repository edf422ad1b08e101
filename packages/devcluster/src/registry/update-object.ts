import { ApiError } from '../status/api-error.ts';
import { nodeIdentity } from '../authorization/node-identity.ts';
import { admitNodeWrite } from '../authorization/node-restriction.ts';
import { badRequest, conflict, invalid, modified, notFound, qualified } from '../status/errors.ts';
import { jsonEqual } from '../store/json-equal.ts';
import { StoredObject } from '../store/stored-object.ts';
import { createObject, requireSameNamespace } from './create-object.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';
import { normalise } from './normalise.ts';
import { objectKey } from './object-key.ts';
import { withRefusals } from './refusals.ts';
import { type Registry, strategyContext, type UserInfo } from './registry.ts';

export interface UpdateOptions {
  namespace: string | undefined;
  name: string;
  /** Empty for the main resource. */
  subresource: string;
  user: UserInfo;
  dryRun: boolean;
  /** Whether the new state comes from a PUT: then its UID is a precondition, and it may create. */
  replaces: boolean;
}

export interface Updated {
  stored: StoredObject;
  created: boolean;
}

/** Makes the new state of an object out of the old one, which must not be changed. `undefined`: it does not exist yet. */
export type Change = (current: KubeObject | undefined) => KubeObject;

/** Fields that a client may leave out, and cannot take away. */
function keepSystemFields(next: KubeObject, previous: KubeObject): void {
  const before = previous.metadata;
  const after = next.metadata;
  if (!after.uid) after.uid = before.uid;
  if (!after.creationTimestamp) after.creationTimestamp = before.creationTimestamp;
  if (before.deletionTimestamp !== undefined) after.deletionTimestamp = before.deletionTimestamp;
  if (before.deletionGracePeriodSeconds !== undefined) {
    after.deletionGracePeriodSeconds ??= before.deletionGracePeriodSeconds;
  }
  if (before.generation === undefined) delete after.generation;
  else after.generation = before.generation;
}

function requireSameName(next: KubeObject, name: string): void {
  if (!next.metadata.name) next.metadata.name = name;
  else if (next.metadata.name !== name) {
    throw badRequest(`the name of the object (${next.metadata.name}) does not match the name on the URL (${name})`);
  }
}

function checkPreconditions(
  definition: ResourceDefinition,
  next: KubeObject,
  previous: KubeObject,
  options: UpdateOptions,
): void {
  const { metadata } = next;
  const { group, plural, kind, strategy } = definition;
  if (options.replaces && metadata.uid && metadata.uid !== previous.metadata.uid) {
    const path = [group, plural, options.namespace, options.name].filter((part) => part);
    const why = `StorageError: invalid object, Code: 4, Key: /registry/${path.join('/')}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${previous.metadata.uid}`;
    throw conflict(definition, options.name, why);
  }
  const version = metadata.resourceVersion;
  if (version && !/^\d+$/.test(version)) {
    throw new ApiError({
      code: 500,
      reason: '',
      message: `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    });
  }
  if (!version || version === '0') {
    if (strategy.allowUnconditionalUpdate === false && options.replaces) {
      const message = 'Invalid value: 0: must be specified for an update';
      throw invalid({ group, kind, name: options.name }, [
        { reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message },
      ]);
    }
  } else if (version !== previous.metadata.resourceVersion) throw modified(definition, options.name);
}

/** Whether this update takes away the last thing that kept a deleted object. */
function endsDeletion(next: KubeObject, previous: KubeObject): boolean {
  if ((next.metadata.finalizers ?? []).length > 0) return false;
  return previous.metadata.deletionGracePeriodSeconds === 0;
}

/**
 * Changes an object, or a subresource of it. A change that changes nothing leaves the resourceVersion alone; one that
 * removes the last finalizer of a deleted object removes the object. Throws ApiError.
 */
export function updateObject(
  registry: Registry,
  definition: ResourceDefinition,
  change: Change,
  options: UpdateOptions,
): Updated {
  const { store } = registry;
  const { strategy, plural, group, kind } = definition;
  const key = objectKey(definition.namespaced ? options.namespace : undefined, options.name);
  const existing = store.get(plural, key);
  if (existing === undefined) {
    if (strategy.allowCreateOnUpdate !== true || !options.replaces || options.subresource !== '') {
      throw notFound(definition, options.name);
    }
    const fresh = change(undefined);
    requireSameName(fresh, options.name);
    return { stored: createObject(registry, definition, fresh, options), created: true };
  }
  const previous = existing.object;
  const next = change(previous);
  requireSameName(next, options.name);
  requireSameNamespace(next, definition.namespaced ? options.namespace : undefined);
  checkPreconditions(definition, next, previous, options);
  keepSystemFields(next, previous);
  next.metadata.resourceVersion = previous.metadata.resourceVersion;
  const context = strategyContext(registry, options.user);
  withRefusals(definition, next, () => {
    if (nodeIdentity(options.user) !== undefined) {
      const { name, subresource } = options;
      const write = { operation: 'UPDATE', subresource, name, object: next, previous } as const;
      admitNodeWrite(options.user, context, { ...write, resource: qualified(definition) });
    }
    strategy.applyDefaults?.(next);
    strategy.prepareForUpdate?.(next, previous, options.subresource, context);
  });
  normalise(definition, next);
  const causes = strategy.validateUpdate?.(next, previous, options.subresource, context) ?? [];
  if (causes.length > 0) throw invalid({ group, kind, name: options.name }, causes);
  if (endsDeletion(next, previous)) {
    if (!options.dryRun) store.delete(plural, key);
    return { stored: new StoredObject(key, next, existing.revision), created: false };
  }
  if (jsonEqual(next, previous)) return { stored: existing, created: false };
  if (options.dryRun) return { stored: new StoredObject(key, next, existing.revision), created: false };
  return { stored: store.put(plural, key, next), created: false };
}

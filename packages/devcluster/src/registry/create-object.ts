import { formatTime } from '../clock.ts';
import { StoredObject } from '../store/stored-object.ts';
import { ApiError } from '../status/api-error.ts';
import { nodeIdentity } from '../authorization/node-identity.ts';
import { admitNodeWrite } from '../authorization/node-restriction.ts';
import { alreadyExists, badRequest, invalid, qualified } from '../status/errors.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';
import { generateName } from './generate-name.ts';
import { admitToNamespace } from './namespace-admission.ts';
import { normalise } from './normalise.ts';
import { keyOfObject } from './object-key.ts';
import { withRefusals } from './refusals.ts';
import { type Registry, strategyContext, type UserInfo } from './registry.ts';

export interface CreateOptions {
  /** The namespace of the request's path. */
  namespace: string | undefined;
  user: UserInfo;
  dryRun: boolean;
  /** The name in the path, for a PUT that creates. */
  name?: string;
}

const generateAttempts = 8;

export function requireSameNamespace(object: KubeObject, namespace: string | undefined): void {
  if (namespace === undefined) return;
  if (object.metadata.namespace !== undefined && object.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  object.metadata.namespace = namespace;
}

function fillSystemFields(registry: Registry, object: KubeObject): void {
  const { metadata } = object;
  if (metadata.resourceVersion) {
    throw new ApiError({
      code: 500,
      reason: '',
      message: 'resourceVersion should not be set on objects to be created',
    });
  }
  metadata.creationTimestamp = formatTime(registry.clock.now());
  metadata.uid = registry.newUid();
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.generation;
}

function chooseName(registry: Registry, definition: ResourceDefinition, object: KubeObject): void {
  const { metadata } = object;
  if (metadata.name || !metadata.generateName) return;
  for (let attempt = 0; attempt < generateAttempts; attempt += 1) {
    metadata.name = generateName(metadata.generateName);
    if (registry.store.get(definition.plural, keyOfObject(definition, object)) === undefined) return;
  }
}

/**
 * Creates an object in the API server's order: namespace, system fields, defaults, preparation, validation, storage.
 * The object is taken over: it is changed and frozen. Throws ApiError.
 */
export function createObject(
  registry: Registry,
  definition: ResourceDefinition,
  object: KubeObject,
  options: CreateOptions,
): StoredObject {
  const { strategy, group, kind, plural } = definition;
  const context = strategyContext(registry, options.user);
  requireSameNamespace(object, definition.namespaced ? options.namespace : undefined);
  if (!definition.namespaced && object.metadata.namespace !== undefined) delete object.metadata.namespace;
  admitToNamespace(registry, definition, object);
  withRefusals(definition, object, () => {
    if (nodeIdentity(options.user) !== undefined) {
      const write = { operation: 'CREATE', subresource: '', name: object.metadata.name, object } as const;
      admitNodeWrite(options.user, context, { ...write, resource: qualified(definition) });
    }
    strategy.applyDefaults?.(object);
  });
  fillSystemFields(registry, object);
  chooseName(registry, definition, object);
  withRefusals(definition, object, () => strategy.prepareForCreate?.(object, context));
  normalise(definition, object);
  const causes = strategy.validateCreate?.(object, context) ?? [];
  const { name } = object.metadata;
  if (causes.length > 0) throw invalid({ group, kind, name: name ?? '' }, causes);
  const key = keyOfObject(definition, object);
  if (registry.store.get(plural, key) !== undefined) throw alreadyExists(definition, name);
  if (options.dryRun) return new StoredObject(key, object, registry.store.revision);
  return registry.store.put(plural, key, object);
}

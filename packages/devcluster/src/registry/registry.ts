import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { compareText } from '../store/compare-text.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { ResourceDefinition, StrategyContext } from './definition.ts';
import { objectKey } from './object-key.ts';

/** Who makes a request. */
export interface UserInfo {
  name: string;
  groups: readonly string[];
  uid?: string;
  /** What else the credential says, for example the pod to which a token is bound. */
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** The loops of the cluster act under this name. */
export const clusterUser: UserInfo = { name: 'system:kube-controller-manager', groups: ['system:masters'] };

/** What the operations on objects work with: the store, the resources by plural name, and the clock. */
export interface Registry {
  store: ObjectStore;
  clock: Clock;
  definitions: ReadonlyMap<string, ResourceDefinition>;
  /** A fresh `metadata.uid`. */
  newUid(): string;
}

export interface RegistryOptions {
  store: ObjectStore;
  clock: Clock;
  definitions: readonly ResourceDefinition[];
}

export function createRegistry({ store, clock, definitions }: RegistryOptions): Registry {
  const sorted = [...definitions].sort((left, right) => compareText(left.plural, right.plural));
  return {
    store,
    clock,
    definitions: new Map(sorted.map((definition) => [definition.plural, definition])),
    newUid: () => randomUUID(),
  };
}

export function strategyContext(registry: Registry, user: UserInfo): StrategyContext {
  const { store, clock } = registry;
  return {
    now: () => clock.now(),
    user,
    get: (plural, namespace, name) => store.get(plural, objectKey(namespace, name))?.object,
    list: (plural, namespace) =>
      store.list(plural, namespace === undefined ? '' : `${namespace}/`).map((stored) => stored.object),
  };
}

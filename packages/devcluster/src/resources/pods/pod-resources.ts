import { parseQuantity, type Quantity } from '../quantity.ts';
import type { ResourceList } from '../resource-list.ts';
import { type Container, isSidecar, type Pod } from './pod-types.ts';

/** Amounts in billionths by resource name. */
export type Amounts = Map<string, bigint>;

type ResourceKind = 'requests' | 'limits';

/** The resources that a pod may ask for as a whole (KEP-2837). */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

/** Reads a list of resources. */
export function readAmounts(list: ResourceList | undefined): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, value]) => [name, parseQuantity(value).nano]));
}

function add(total: Amounts, more: Amounts): void {
  for (const [name, amount] of more) total.set(name, (total.get(name) ?? 0n) + amount);
}

function raise(total: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor) if (amount > (total.get(name) ?? -1n)) total.set(name, amount);
}

function amountsOf(container: Container, kind: ResourceKind): Amounts {
  return readAmounts(container.resources?.[kind]);
}

/**
 * What the containers of a pod need at the same time: all containers and sidecars together, or the neediest moment of
 * the init containers if that is more, where each runs beside the sidecars that were started before it (KEP-753).
 */
export function containerAmounts({ spec }: Pod, kind: ResourceKind): Amounts {
  const total: Amounts = new Map();
  for (const container of spec.containers) add(total, amountsOf(container, kind));
  const sidecars: Amounts = new Map();
  const neediest: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container, kind);
    if (isSidecar(container)) {
      add(total, own);
      add(sidecars, own);
      raise(neediest, sidecars);
    } else {
      add(own, sidecars);
      raise(neediest, own);
    }
  }
  raise(total, neediest);
  return total;
}

/** What a pod takes of a node: its containers, or what it asks for as a whole, and its overhead. */
export function podRequests(pod: Pod): Amounts {
  const total = containerAmounts(pod, 'requests');
  for (const [name, amount] of readAmounts(pod.spec.resources?.requests)) {
    if (isPodLevelResource(name)) total.set(name, amount);
  }
  add(total, readAmounts(pod.spec.overhead));
  return total;
}

/** An amount as a quantity, in the form that the resource is usually written in. */
export function asQuantity(name: string, nano: bigint): Quantity {
  return { nano, format: name === 'memory' || name.startsWith('hugepages-') ? 'binary' : 'decimal' };
}

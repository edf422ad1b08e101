import type { Pod } from '../../provider/wire.ts';
import { amounts, podRequests } from '../machine/pod-resources.ts';

/** Quantities by resource name. */
export type Allocatable = Readonly<Record<string, string>>;

/** What a node has too little of, in units of the scheduler: thousandths for `cpu`, whole ones for the rest. */
export interface Shortage {
  readonly resource: string;
  readonly requested: bigint;
  readonly used: bigint;
  readonly capacity: bigint;
}

/** In the order in which they are looked at; others come after them. */
const countedFirst = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * The resources of which the node has less left than the pod asks for: the number of pods before all others. What a node does not
 * name is not counted, as it may be something of the cluster, but huge pages: a node that names none has none.
 *
 * Source: `fitsRequest` of the scheduler's NodeResourcesFit, with `removeMissingExtendedResources` of the kubelet.
 */
export function findShortages(pod: Pod, others: readonly Pod[], allocatable: Allocatable): readonly Shortage[] {
  const capacities = amounts(allocatable);
  const wanted = new Map([...podRequests(pod)].filter(([name, amount]) => amount > 0n && isCounted(name, capacities)));
  const taken = wanted.size === 0 ? [] : others.map(podRequests);
  const names = new Set([...countedFirst.filter((name) => wanted.has(name)), ...wanted.keys()]);
  const asked = [...names].map((resource) => ({
    resource,
    requested: wanted.get(resource) ?? 0n,
    used: taken.reduce((sum, requests) => sum + (requests.get(resource) ?? 0n), 0n),
    capacity: capacities.get(resource) ?? 0n,
  }));
  const places = capacities.get('pods');
  const place =
    places === undefined ? [] : [{ resource: 'pods', requested: 1n, used: BigInt(others.length), capacity: places }];
  return [...place, ...asked].filter(({ requested, used, capacity }) => requested > capacity - used);
}

function isCounted(name: string, capacities: ReadonlyMap<string, bigint>): boolean {
  return name !== 'pods' && (capacities.has(name) || name.startsWith('hugepages-'));
}

import { parseQuantity } from '../quantity.ts';
import type { ResourceList } from '../resource-list.ts';
import type { Pod, ResourceRequirements } from './pod-types.ts';

type QualityOfService = 'BestEffort' | 'Burstable' | 'Guaranteed';

function positiveAmounts(list: ResourceList | undefined): Map<string, bigint> {
  const entries = Object.entries(list ?? {}).filter(([name]) => name === 'cpu' || name === 'memory');
  return new Map(
    entries.map(([name, value]) => [name, parseQuantity(value).nano] as const).filter(([, amount]) => amount > 0n),
  );
}

/** The class of a pod, by which a node decides whom to stop first: how far its requests equal its limits. */
export function qualityOfService({ spec }: Pod): QualityOfService {
  const all: (ResourceRequirements | undefined)[] =
    spec.resources === undefined
      ? [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources)
      : [spec.resources];
  const requests = new Map<string, bigint>();
  const limits = new Map<string, bigint>();
  let allLimited = true;
  for (const resources of all) {
    const own = positiveAmounts(resources?.limits);
    if (own.size < 2) allLimited = false;
    for (const [name, amount] of own) limits.set(name, (limits.get(name) ?? 0n) + amount);
    for (const [name, amount] of positiveAmounts(resources?.requests)) {
      requests.set(name, (requests.get(name) ?? 0n) + amount);
    }
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = requests.size === limits.size && [...requests].every(([name, amount]) => limits.get(name) === amount);
  return allLimited && equal ? 'Guaranteed' : 'Burstable';
}

import type { Pod } from '../resources/pods/pod-types.ts';
import { nodePreference } from './node-affinity.ts';
import type { NodeUsage } from './node-usage.ts';
import type { PodDemand } from './pod-demand.ts';
import { untoleratedTaints } from './tolerations.ts';

/** How much each view counts, as in the scheduler's default profile. */
const weights = { taints: 3, affinity: 2, resources: 1 } as const;

interface Views {
  usage: NodeUsage;
  avoidedTaints: number;
  preference: number;
  freeShare: number;
}

function scaled(value: number, largest: number): number {
  return largest === 0 ? 0 : (100 * value) / largest;
}

/**
 * Chooses among nodes that all take the pod: the fewest taints that it would rather avoid, the most that it prefers, the
 * most room; among equals the one with the fewest pods, then the first.
 */
export function bestNode(pod: Pod, demand: PodDemand, feasible: readonly NodeUsage[]): NodeUsage | undefined {
  const views: Views[] = feasible.map((usage) => ({
    usage,
    avoidedTaints: untoleratedTaints(usage.node.spec.taints, pod.spec.tolerations, ['PreferNoSchedule']).length,
    preference: nodePreference(pod.spec, usage.node),
    freeShare: (usage.freeShareWith('cpu', demand) + usage.freeShareWith('memory', demand)) / 2,
  }));
  const mostTaints = Math.max(0, ...views.map(({ avoidedTaints }) => avoidedTaints));
  const mostPreferred = Math.max(0, ...views.map(({ preference }) => preference));
  let best: NodeUsage | undefined;
  let bestScore = -1;
  for (const { usage, avoidedTaints, preference, freeShare } of views) {
    const score =
      weights.taints * (100 - scaled(avoidedTaints, mostTaints)) +
      weights.affinity * scaled(preference, mostPreferred) +
      weights.resources * Math.floor(100 * freeShare);
    if (score > bestScore || (score === bestScore && best !== undefined && usage.podCount < best.podCount)) {
      best = usage;
      bestScore = score;
    }
  }
  return best;
}

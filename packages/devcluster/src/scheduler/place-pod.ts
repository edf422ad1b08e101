import type { Pod } from '../resources/pods/pod-types.ts';
import { failureMessage } from './failure-message.ts';
import { demandedNodeNames } from './node-affinity.ts';
import { type Rejection, rejectNode } from './node-filter.ts';
import { bestNode } from './node-score.ts';
import type { NodeUsage } from './node-usage.ts';
import type { PodDemand } from './pod-demand.ts';

/** Where a pod goes, or why it goes nowhere. */
export type Placement = { nodeName: string } | { message: string };

const notByName: Rejection = {
  reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  preemptionMightHelp: false,
};

/** With at least this many nodes the search ends before it has seen them all. */
const fewestToSearch = 100;

/** How many fitting nodes are enough to choose from, as in the scheduler: a falling share of all, and never under 100. */
export function enoughNodes(count: number): number {
  if (count < fewestToSearch) return count;
  const percentage = Math.max(5, 50 - Math.floor(count / 125));
  return Math.max(fewestToSearch, Math.floor((count * percentage) / 100));
}

/** Chooses a node for a pod. `start` is where the search begins, so that large clusters fill evenly. */
export function placePod(pod: Pod, demand: PodDemand, nodes: readonly NodeUsage[], start = 0): Placement {
  const names = demandedNodeNames(pod.spec);
  const enough = enoughNodes(nodes.length);
  const feasible: NodeUsage[] = [];
  const rejections: Rejection[] = [];
  for (let offset = 0; offset < nodes.length && feasible.length < enough; offset += 1) {
    const usage = nodes[(start + offset) % nodes.length];
    if (usage === undefined) continue;
    const isNamed = names?.has(usage.node.metadata.name) ?? true;
    const rejection = isNamed ? rejectNode(pod, demand, usage) : notByName;
    if (rejection === undefined) feasible.push(usage);
    else rejections.push(rejection);
  }
  const best = bestNode(pod, demand, feasible);
  return best === undefined ? { message: failureMessage(rejections) } : { nodeName: best.node.metadata.name };
}

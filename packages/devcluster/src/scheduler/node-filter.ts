import type { Taint } from '../resources/nodes/node-types.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { meetsNodeDemands } from './node-affinity.ts';
import type { NodeUsage } from './node-usage.ts';
import type { PodDemand } from './pod-demand.ts';
import { toleratesTaint, untoleratedTaints } from './tolerations.ts';

/** Why a node does not take a pod. */
export interface Rejection {
  /** In the scheduler's own words; more than one only for resources. */
  reasons: readonly string[];
  /** Whether the pod might fit if others were gone. */
  preemptionMightHelp: boolean;
}

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

function rejection(reason: string): Rejection {
  return { reasons: [reason], preemptionMightHelp: false };
}

function resourceRejection({ amounts }: PodDemand, usage: NodeUsage): Rejection | undefined {
  const reasons: string[] = [];
  let preemptionMightHelp = true;
  const allowedPods = usage.allocatable('pods');
  if (usage.podCount + 1 > allowedPods) {
    reasons.push('Too many pods');
    if (allowedPods === 0) preemptionMightHelp = false;
  }
  for (const [name, amount] of amounts) {
    if (amount === 0 || amount <= usage.allocatable(name) - usage.taken(name)) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > usage.allocatable(name)) preemptionMightHelp = false;
  }
  return reasons.length > 0 ? { reasons, preemptionMightHelp } : undefined;
}

/**
 * Looks for what keeps a pod off a node, in the scheduler's order, of which the first counts: cordoned, tainted, not
 * what the pod demands, ports, resources.
 */
export function rejectNode({ spec }: Pod, demand: PodDemand, usage: NodeUsage): Rejection | undefined {
  const { node } = usage;
  const { tolerations = [] } = spec;
  const toleratesCordon = tolerations.some((toleration) => toleratesTaint(toleration, unschedulable));
  if (node.spec.unschedulable === true && !toleratesCordon) return rejection('node(s) were unschedulable');
  if (untoleratedTaints(node.spec.taints, tolerations, ['NoSchedule', 'NoExecute']).length > 0) {
    return rejection('node(s) had untolerated taint(s)');
  }
  if (!meetsNodeDemands(spec, node)) return rejection("node(s) didn't match Pod's node affinity/selector");
  if (!usage.hasFreePorts(demand)) {
    const reasons = ["node(s) didn't have free ports for the requested pod ports"];
    return { reasons, preemptionMightHelp: true };
  }
  return resourceRejection(demand, usage);
}

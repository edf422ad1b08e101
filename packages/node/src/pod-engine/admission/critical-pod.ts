import type { Pod } from '../../provider/wire.ts';

/** The least priority of the classes `system-cluster-critical` and `system-node-critical`. */
const systemCriticalPriority = 2_000_000_000;

/** Whether the cluster or the node does not do without the pod. Pods that no API server knows are not met here. */
export function isCriticalPod({ spec }: Pod): boolean {
  return (spec?.priority ?? 0) >= systemCriticalPriority;
}

/**
 * Whether a pod may be ended so that another can be admitted.
 *
 * Source: `Preemptable` of pkg/kubelet/types of Kubernetes 1.36.
 */
export function isPreemptable(victim: Pod, by: Pod): boolean {
  if (isCriticalPod(by) && !isCriticalPod(victim)) return true;
  const [theirs, mine] = [victim.spec?.priority, by.spec?.priority];
  return theirs !== undefined && mine !== undefined && mine > theirs;
}

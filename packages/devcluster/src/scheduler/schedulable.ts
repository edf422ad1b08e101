import { deepEqual } from '../resources/deep-equal.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { isTerminalPod, type Pod } from '../resources/pods/pod-types.ts';

/** Whether a pod waits for this scheduler: not bound, not ended, not going, and not held back by a gate. */
export function isWaiting(pod: Pod, schedulerName: string): boolean {
  const { spec, metadata } = pod;
  if (spec.nodeName || isTerminalPod(pod) || metadata.deletionTimestamp !== undefined) return false;
  return spec.schedulerName === schedulerName && !spec.schedulingGates?.length;
}

/** Whether a change of a node may matter to a pod that found no place. Heartbeats do not. */
export function mayMakeRoom(next: Node, previous: Node | undefined): boolean {
  if (previous === undefined) return true;
  return !(
    deepEqual(next.spec, previous.spec) &&
    deepEqual(next.metadata.labels, previous.metadata.labels) &&
    deepEqual(next.status?.allocatable, previous.status?.allocatable)
  );
}

/** Who goes first: the higher priority, then the older, then by name. */
export function compareUrgency(left: Pod, right: Pod): number {
  const byPriority = (right.spec.priority ?? 0) - (left.spec.priority ?? 0);
  if (byPriority !== 0) return byPriority;
  const byAge = left.metadata.creationTimestamp.localeCompare(right.metadata.creationTimestamp);
  return byAge || Number(left.metadata.resourceVersion) - Number(right.metadata.resourceVersion);
}

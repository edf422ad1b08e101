import type { Rejection } from './node-filter.ts';

/** What the scheduler says when there is no node at all. */
export const noNodesMessage = 'no nodes available to schedule pods';

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

function preemptionText(rejections: readonly Rejection[]): string {
  const outcomes = rejections.map(({ preemptionMightHelp }) =>
    preemptionMightHelp ? 'No preemption victims found for incoming pod' : 'Preemption is not helpful for scheduling',
  );
  return `0/${rejections.length} nodes are available: ${histogram(outcomes)}.`;
}

/**
 * Why no node takes a pod, worded as kube-scheduler 1.36 words it: how many nodes for which reason, and that making room
 * would not help. Nothing is preempted here, so what it says of preemption is only about whether it could.
 */
export function failureMessage(rejections: readonly Rejection[]): string {
  if (rejections.length === 0) return noNodesMessage;
  const reasons = histogram(rejections.flatMap((rejection) => rejection.reasons));
  const start = `0/${rejections.length} nodes are available: ${reasons}.`;
  return `${start} no new claims to deallocate, preemption: ${preemptionText(rejections)}`;
}

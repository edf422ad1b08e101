import { formatTime } from '../../clock.ts';
import type { Pod, PodCondition, PodStatus } from './pod-types.ts';

/** The parts of a condition that its owner decides on. */
export type ConditionChange = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message' | 'observedGeneration'>;

/** Whether the pod says of itself exactly this already. */
export function hasCondition(pod: Pod, change: ConditionChange): boolean {
  const condition = pod.status?.conditions?.find(({ type }) => type === change.type);
  return (
    condition?.status === change.status && condition.reason === change.reason && condition.message === change.message
  );
}

/** A status in which one condition is set. Its transition time moves only when its status does. */
export function withCondition(status: PodStatus, change: ConditionChange, now: number): PodStatus {
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === change.type);
  const moved = before?.status !== change.status;
  const lastTransitionTime = moved ? formatTime(now) : (before.lastTransitionTime ?? null);
  const condition: PodCondition = { lastProbeTime: before?.lastProbeTime ?? null, lastTransitionTime, ...change };
  if (before?.observedGeneration !== undefined) condition.observedGeneration ??= before.observedGeneration;
  const others = conditions.map((other) => (other === before ? condition : other));
  return { ...status, conditions: before === undefined ? [...conditions, condition] : others };
}

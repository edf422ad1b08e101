import { isTerminalPhase } from '../../provider/pod-phase.ts';
import type { Pod, PodCondition, PodStatus } from '../../provider/wire.ts';
import type { PodRecord } from '../pod-record.ts';
import { hasStarted } from '../pod-view.ts';
import { podEventReasons } from '../pod-events.ts';
import { endedStatus } from './core-status.ts';

/** The kubelet's words, for the status and the event. */
export const preemptedMessage = 'Preempted in order to admit critical pod';

const disruption: PodCondition = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'TerminationByKubelet',
  message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
};

/**
 * The last status of a pod that made room for a critical one: Failed whatever its containers ended with, with the condition by which
 * a Job tells it from a failure of its own (KEP-3329). A pod that had ended by itself before it was asked to stop keeps its end.
 */
export function preemptedStatus(record: PodRecord, pod: Pod, now: string): PodStatus {
  const { accepted, deletion, lastReported } = record;
  if (deletion === undefined && lastReported !== undefined && isTerminalPhase(lastReported.phase)) return lastReported;
  const started = accepted || lastReported !== undefined || hasStarted(pod.status);
  return {
    ...(started && endedStatus(pod, lastReported, now)),
    phase: 'Failed',
    reason: podEventReasons.preempted,
    message: preemptedMessage,
    conditions: [disruption],
  };
}

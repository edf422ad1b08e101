import { allContainersTerminated, isFinished, isTerminalPhase } from '../provider/pod-phase.ts';
import type { Pod } from '../provider/wire.ts';
import { podHash } from './pod-hash.ts';
import type { BackendState } from './pod-record.ts';

/**
 * Whether a change of the API object can lead to another step. A status that somebody wrote cannot, unless it ends the pod:
 * a retry that waits for its time is not brought forward by the core's own writes.
 */
export function concernsWork(before: Pod, after: Pod): boolean {
  return (
    before.metadata?.deletionTimestamp !== after.metadata?.deletionTimestamp ||
    before.metadata?.deletionGracePeriodSeconds !== after.metadata?.deletionGracePeriodSeconds ||
    isTerminalPhase(before.status?.phase) !== isTerminalPhase(after.status?.phase) ||
    podHash(before) !== podHash(after)
  );
}

/** Whether news from the backend can lead to another step: a pod that appears, is finished, or runs another spec. */
export function concernsBackendWork(before: BackendState, after: BackendState): boolean {
  if (before.presence !== 'present' || after.presence !== 'present') return before.presence !== after.presence;
  return (
    before.appliedHash !== after.appliedHash ||
    before.ownership?.uid !== after.ownership?.uid ||
    isFinished(before.status) !== isFinished(after.status) ||
    allContainersTerminated(before.status) !== allContainersTerminated(after.status)
  );
}

import type { BackendPod } from '../provider/backend-pod.ts';
import { isTerminalPhase } from '../provider/pod-phase.ts';
import type { PodStatus } from '../provider/wire.ts';
import type { BackendState } from './pod-record.ts';

/**
 * What is known of an object after somebody has told of it. A report may leave out what it does not carry: the stamp and the
 * hash of this UID, once known, stay known.
 */
export function observedState(
  before: BackendState,
  { status: reported, ownership: stamp, appliedHash: hash }: BackendPod,
): Extract<BackendState, { presence: 'present' }> {
  const known = before.presence === 'present' ? before : undefined;
  const status = stickyStatus(known?.status, reported);
  const ownership = stamp ?? known?.ownership;
  const appliedHash = hash ?? known?.appliedHash;
  return {
    presence: 'present',
    ...(status !== undefined && { status }),
    ...(ownership !== undefined && { ownership }),
    ...(appliedHash !== undefined && { appliedHash }),
  };
}

/** A report that would bring a finished pod back to life came late: what is known stays. */
function stickyStatus(known: PodStatus | undefined, reported: PodStatus | undefined): PodStatus | undefined {
  if (known !== undefined && isTerminalPhase(known.phase) && !isTerminalPhase(reported?.phase)) return known;
  return reported ?? known;
}

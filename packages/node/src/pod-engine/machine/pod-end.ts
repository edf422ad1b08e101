import { containerStatuses } from './pod-container-statuses.ts';
import type { PodEnd } from './engine-state.ts';
import { podPhase } from './pod-phase.ts';
import type { Turn } from './turn.ts';

/** What the core shows, and records, of a pod that is refused on its arrival. */
export const refusedReason = 'ProviderRefused';

/** How a pod ended of which nothing runs any more. */
export function podEnd(turn: Turn): PodEnd {
  const { stop, refusal } = turn.state;
  if (stop?.cause === 'refused' && refusal !== undefined) {
    return { phase: 'Failed', reason: refusedReason, message: refusal };
  }
  if (stop?.cause === 'deadline-exceeded') {
    return {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
  }
  const { all, regular } = containerStatuses(turn);
  // Nothing of it has ever come to be.
  if (regular.length === 0) return { phase: 'Failed' };
  const statuses = new Map(all.map((status) => [status.name, status]));
  const phase = podPhase(turn.spec, { statuses, initialised: true });
  if (phase === 'Succeeded' || phase === 'Failed') return { phase };
  // It was ended before its containers were through: what they have come to is all there will be.
  const succeeded = regular.every(({ state }) => state?.terminated?.exitCode === 0);
  return { phase: succeeded ? 'Succeeded' : 'Failed' };
}

import { KubeError, isNotFound, isUidMismatch, throttledBy } from '../kube/kube-error.ts';
import type { RetryDecision } from '../work/runner.ts';

/** Every write is tried again without end; one that was told to slow down waits as long as it was told. */
export function retryOfKubeError(error: unknown): RetryDecision {
  const afterMilliseconds = throttledBy(error)?.retryAfterMilliseconds;
  return { retry: true, ...(afterMilliseconds !== undefined && { afterMilliseconds }) };
}

/** Nobody knows whether a write took place that was answered like this, or not at all. */
export function mayHaveTakenPlace(error: unknown): boolean {
  return !(error instanceof KubeError) || error.code >= 500;
}

/** The name is gone, or belongs to another UID: a patch that names the UID has nothing left to write to. */
export function isMissingPod(error: unknown): boolean {
  return isNotFound(error) || isUidMismatch(error);
}

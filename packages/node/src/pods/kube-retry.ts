import { isConflict, isInvalid, isNotFound, throttledBy } from '../kube/kube-error.ts';
import type { RetryDecision } from '../work/runner.ts';

/** Every write is tried again without end; one that was told to slow down waits as long as it was told. */
export function retryOfKubeError(error: unknown): RetryDecision {
  const afterMilliseconds = throttledBy(error)?.retryAfterMilliseconds;
  return { retry: true, ...(afterMilliseconds !== undefined && { afterMilliseconds }) };
}

/**
 * The name is gone, or belongs to another UID: a patch that names the UID has nothing left to write to. The API server says so
 * in two ways: as a conflict with its own words ("uid mismatch") where there is no object, and as an invalid, immutable
 * `metadata.uid` where there is another one (k8s.io/apiserver, endpoints/handlers/patch.go). Any other conflict is a write
 * that lost a race and is worth another try.
 */
export function isMissingPod(error: unknown): boolean {
  if (isNotFound(error)) return true;
  if (isConflict(error)) return error.message.includes('uid mismatch');
  return isInvalid(error) && (error.details?.causes?.some(({ field }) => field === 'metadata.uid') ?? false);
}

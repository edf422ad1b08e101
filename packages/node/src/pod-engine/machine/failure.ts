import type { Failure } from './engine-state.ts';

export interface FailureOptions {
  readonly initialMilliseconds: number;
  readonly maximumMilliseconds: number;
  /** The backend's own wish, which wins. */
  readonly retryAfterMilliseconds?: number | undefined;
}

/** For what is tried again soon: the kubelet looks at a pod that could not be synced every ten seconds. */
export const retrySoon: FailureOptions = { initialMilliseconds: 1_000, maximumMilliseconds: 10_000 };
/** Image pulls, as in the kubelet. */
export const retryPull: FailureOptions = { initialMilliseconds: 10_000, maximumMilliseconds: 300_000 };

/** The failure after `previous`: tried again after twice the time. */
export function nextFailure(
  previous: Failure | undefined,
  reason: string,
  message: string,
  now: number,
  options: FailureOptions,
): Failure {
  const grown = previous === undefined ? options.initialMilliseconds : previous.delay * 2;
  const delay = Math.min(grown, options.maximumMilliseconds);
  return { reason, message, at: now, delay, retryAt: now + (options.retryAfterMilliseconds ?? delay) };
}

/** For how long the failure itself is shown before the wait for the next try is. */
export function failureShownUntil({ at, delay }: Failure): number {
  return at + Math.min(delay / 2, 5_000);
}

import type { Clock } from '../work/clock.ts';

/** A signal that follows another one and a time limit. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Drops the time limit; the other signal is still followed. */
  stopTimer(): void;
  /** Follows nothing any more. Must be called in the end, else the other signal keeps a listener. */
  release(): void;
}

/** Aborts with the reason of `parent`, or with what `reason` makes when the time is up. */
export function timeLimit(
  clock: Clock,
  parent: AbortSignal,
  options: { readonly milliseconds: number; readonly reason: () => Error },
): TimeLimit {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  const timer = clock.setTimer(() => controller.abort(options.reason()), options.milliseconds);
  return {
    signal: controller.signal,
    stopTimer: () => timer.cancel(),
    release: () => {
      timer.cancel();
      parent.removeEventListener('abort', onAbort);
    },
  };
}

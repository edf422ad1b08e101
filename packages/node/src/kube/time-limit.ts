import type { Clock, Timer } from '../work/clock.ts';

/** A signal that follows another one and a time limit. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Drops the time limit; the other signal is still followed. */
  stopTimer(): void;
  /** Lets the time run anew, from the start. How long it is is asked again. */
  restartTimer(): void;
  /** Follows nothing any more. Must be called in the end, else the other signal keeps a listener. */
  release(): void;
}

/** Aborts with the reason of `parent`, or with what `reason` makes when the time is up. The time runs from the start. */
export function timeLimit(
  clock: Clock,
  parent: AbortSignal,
  options: { readonly milliseconds: () => number; readonly reason: () => Error },
): TimeLimit {
  const controller = new AbortController();
  let timer: Timer | undefined;
  const onAbort = (): void => {
    timer?.cancel();
    controller.abort(parent.reason);
  };
  const restartTimer = (): void => {
    timer?.cancel();
    timer = clock.setTimer(() => controller.abort(options.reason()), options.milliseconds());
  };
  if (parent.aborted) {
    onAbort();
  } else {
    parent.addEventListener('abort', onAbort, { once: true });
    restartTimer();
  }
  return {
    signal: controller.signal,
    stopTimer: () => timer?.cancel(),
    restartTimer,
    release: () => {
      timer?.cancel();
      parent.removeEventListener('abort', onAbort);
    },
  };
}

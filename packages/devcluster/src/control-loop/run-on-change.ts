import type { Clock } from '../clock.ts';

/** A loop that looks at the cluster whenever something changed or a time has come. */
export interface ChangeLoopOptions {
  clock: Clock;
  /** Stops the loop, which then settles. */
  signal: AbortSignal;
  /** Told of every pass that failed; the pass is run again after a second. */
  onError: (error: unknown) => void;
  /** Starts to follow the cluster; calls `changed` on every change. Resolves when what there is has been taken in. */
  follow(changed: () => void): Promise<void>;
  /** Brings the cluster nearer to what it should be. Resolves to the milliseconds until it should run unasked. */
  pass(): Promise<number | undefined>;
}

const retryMilliseconds = 1000;

/** Waits until it is woken, or the milliseconds are over. */
function sleepUntilWoken(
  clock: Clock,
  onWake: (wake: () => void) => void,
  milliseconds: number | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = milliseconds === undefined ? undefined : clock.setTimeout(() => resolve(), milliseconds);
    onWake(() => {
      timer?.cancel();
      resolve();
    });
  });
}

/**
 * Runs passes one after another, never two at once, until the signal aborts. Changes during a pass lead to one more pass
 * after it, however many they are.
 */
export async function runOnChange(options: ChangeLoopOptions): Promise<void> {
  const { clock, signal, onError } = options;
  let dirty = true;
  let wake = (): void => undefined;
  const changed = (): void => {
    dirty = true;
    wake();
  };
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await options.follow(changed);
    let delay: number | undefined;
    while (!signal.aborted) {
      if (!dirty) await sleepUntilWoken(clock, (callback) => (wake = callback), delay);
      if (signal.aborted) return;
      dirty = false;
      try {
        delay = await options.pass();
      } catch (error) {
        onError(error);
        delay = retryMilliseconds;
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

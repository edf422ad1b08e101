import type { Clock } from './clock.ts';

/** The abortable wait of every {@link Clock}, made from its timers. Nothing is left behind, neither timer nor listener. */
export function sleepOn(setTimer: Clock['setTimer'], milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = setTimer(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

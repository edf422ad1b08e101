import type { Clock, Timer } from '@vk/node';

/** The time of one process: it stands still for good when the process is cut off. */
export class ProcessClock implements Clock {
  readonly #base: Clock;
  readonly #timers = new Set<Timer>();
  readonly #onActivity: () => void;
  #stopped = false;

  constructor(base: Clock, onActivity: () => void) {
    this.#base = base;
    this.#onActivity = onActivity;
  }

  /** In whole milliseconds, as `Date.now` has them. */
  now(): number {
    return Math.floor(this.#base.now());
  }

  monotonic(): number {
    return this.#base.monotonic();
  }

  setTimer(callback: () => void, milliseconds: number): Timer {
    if (this.#stopped) return { cancel: () => undefined };
    this.#onActivity();
    const base = this.#base.setTimer(() => {
      this.#timers.delete(timer);
      this.#onActivity();
      callback();
    }, milliseconds);
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        base.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        timer.cancel();
        reject(signal.reason as Error);
      };
      const timer = this.setTimer(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, milliseconds);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** No timer fires any more. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
  }
}

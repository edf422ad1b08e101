import type { Clock } from '../../work/clock.ts';

/** Calls into the runtime that have not ended yet, also those that nobody waits for any more. */
export class RuntimeCalls {
  readonly #unsettled = new Set<Promise<unknown>>();

  get unsettled(): ReadonlySet<Promise<unknown>> {
    return this.#unsettled;
  }

  add(call: Promise<unknown>): void {
    this.#unsettled.add(call);
    const forget = (): void => {
      this.#unsettled.delete(call);
    };
    call.then(forget, forget);
  }

  /** Resolves when all have ended, in this way or that, or the time is over, or the signal is aborted. */
  async settled(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.#unsettled.size === 0 || signal?.aborted === true) return;
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    const timer = clock.setTimer(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
    await Promise.race([Promise.allSettled(this.#unsettled), over.promise]);
    timer.cancel();
    signal?.removeEventListener('abort', end);
  }
}

import type { Clock } from '../work/clock.ts';

/** A flag that one task raises and another waits for. Raising it twice before it is seen is the same as once. */
export class WakeUp {
  #raised = false;
  #waiter: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#waiter?.();
  }

  clear(): void {
    this.#raised = false;
  }

  /** Resolves when the flag is raised or the time is over. Rejects with `signal.reason` when aborted. */
  async wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#raised) return;
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
        this.#waiter = undefined;
      };
      const wake = (): void => {
        end();
        resolve();
      };
      const abort = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const timer = clock.setTimer(wake, milliseconds);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiter = wake;
    });
  }
}

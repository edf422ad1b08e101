import { Fifo } from './fifo.ts';

interface Waiter<T> {
  give(value: T): void;
  refuse(error: Error): void;
}

/** Callers that wait for something each, served in the order in which they came. Whose signal is aborted leaves the line. */
export class WaitingLine<T> {
  readonly #waiters = new Fifo<Waiter<T>>();

  /** How many are waiting. */
  get size(): number {
    return this.#waiters.size;
  }

  /** Joins the line, at once. Rejects with `signal.reason` when aborted. */
  join(signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const leave = (): void => {
        this.#waiters.remove(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter<T> = {
        give: (value) => {
          signal.removeEventListener('abort', leave);
          resolve(value);
        },
        refuse: (error) => {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Serves who came first. */
  serve(value: T): void {
    this.#waiters.shift()?.give(value);
  }

  /** Sends everybody away with this error. */
  refuseAll(error: Error): void {
    for (let waiter = this.#waiters.shift(); waiter !== undefined; waiter = this.#waiters.shift()) waiter.refuse(error);
  }
}

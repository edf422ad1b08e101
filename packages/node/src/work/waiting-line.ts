import { Fifo } from './fifo.ts';

interface Waiter<T> {
  readonly signal: AbortSignal;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Those in the line that one signal sends away. */
interface Followers<T> {
  readonly waiters: Set<Waiter<T>>;
  readonly leave: () => void;
}

/** Callers that wait for something each, served in the order in which they came. Whose signal is aborted leaves the line. */
export class WaitingLine<T> {
  readonly #waiters = new Fifo<Waiter<T>>();
  /** One listener serves all who wait with the same signal: a signal looks through its listeners one by one to drop one. */
  readonly #followers = new Map<AbortSignal, Followers<T>>();

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
      const waiter = { signal, resolve, reject };
      this.#waiters.push(waiter);
      this.#follow(waiter);
    });
  }

  /** Serves who came first. */
  serve(value: T): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return;
    this.#unfollow(waiter);
    waiter.resolve(value);
  }

  #follow(waiter: Waiter<T>): void {
    const { signal } = waiter;
    const followers = this.#followers.get(signal);
    if (followers !== undefined) {
      followers.waiters.add(waiter);
      return;
    }
    const leave = (): void => this.#leave(signal);
    this.#followers.set(signal, { waiters: new Set([waiter]), leave });
    signal.addEventListener('abort', leave, { once: true });
  }

  #unfollow(waiter: Waiter<T>): void {
    const followers = this.#followers.get(waiter.signal);
    followers?.waiters.delete(waiter);
    if (followers?.waiters.size !== 0) return;
    this.#followers.delete(waiter.signal);
    waiter.signal.removeEventListener('abort', followers.leave);
  }

  #leave(signal: AbortSignal): void {
    const followers = this.#followers.get(signal);
    this.#followers.delete(signal);
    for (const waiter of followers?.waiters ?? []) {
      this.#waiters.remove(waiter);
      waiter.reject(signal.reason);
    }
  }
}

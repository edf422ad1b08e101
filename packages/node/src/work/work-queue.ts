import type { Clock, Timer } from './clock.ts';
import { Fifo } from './fifo.ts';
import { QueueClosedError } from './queue-closed-error.ts';
import { Schedule } from './schedule.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * Which keys need work. A key stands in the queue once, and is with one taker at a time: added again while it is in work, it
 * comes back after {@link WorkQueue.done}. Due keys are taken in the order in which they became due, and takers are served
 * in the order in which they asked. First work is never delayed.
 */
export class WorkQueue<K> {
  readonly #clock: Clock;
  readonly #due = new Fifo<K>();
  /** For each key that is due, since when by the monotonic clock. */
  readonly #dueSince = new Map<K, number>();
  readonly #later = new Schedule<K>();
  readonly #inWork = new Set<K>();
  readonly #dirty = new Set<K>();
  readonly #takers = new WaitingLine<K>();
  readonly #forgetListeners = new Set<(key: K) => void>();
  #timer: { readonly dueAt: number; readonly handle: Timer } | undefined;
  #closed = false;

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
  }

  /** How many keys are due and not yet taken. */
  get length(): number {
    return this.#due.size;
  }

  /** For how many milliseconds the key has been due that was due first; 0 when none is. */
  get oldestMilliseconds(): number {
    const [first] = this.#dueSince.values();
    return first === undefined ? 0 : this.#clock.monotonic() - first;
  }

  /** How many keys wait for their time. */
  get delayed(): number {
    return this.#later.size;
  }

  /** How many keys are with a taker. */
  get inWork(): number {
    return this.#inWork.size;
  }

  /** Asks for work on a key now. A time that it was waiting for is dropped. Does nothing on a closed queue. */
  add(key: K): void {
    if (this.#closed) return;
    if (this.#later.remove(key)) this.#armTimer();
    this.#makeDue(key);
  }

  /** Asks for work on a key after a delay. The earlier of two times wins, and a key that is due already stays due. */
  addAfter(key: K, milliseconds: number): void {
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    if (this.#closed || this.#due.has(key) || this.#dirty.has(key)) return;
    if (this.#later.add(key, this.#clock.monotonic() + milliseconds)) this.#armTimer();
  }

  /** Drops all that was asked for on a key. Work that has begun goes on; it must still be marked as done. */
  forget(key: K): void {
    this.#due.remove(key);
    this.#dueSince.delete(key);
    this.#dirty.delete(key);
    if (this.#later.remove(key)) this.#armTimer();
    for (const listener of this.#forgetListeners) listener(key);
  }

  /** Tells the listener about each key that is forgotten, until the returned function is called. */
  onForget(listener: (key: K) => void): () => void {
    this.#forgetListeners.add(listener);
    return () => this.#forgetListeners.delete(listener);
  }

  /**
   * Waits for a key, which is then in work until {@link WorkQueue.done}.
   * Rejects with `signal.reason` when aborted, and with a {@link QueueClosedError} when the queue is closed.
   */
  take(signal: AbortSignal): Promise<K> {
    if (this.#closed) return Promise.reject(new QueueClosedError());
    if (this.#due.size === 0 || signal.aborted) return this.#takers.join(signal);
    return Promise.resolve(this.#takeFirst());
  }

  /** Ends the work on a key. If it was added meanwhile it is due again, behind those that waited. */
  done(key: K): void {
    this.#inWork.delete(key);
    if (this.#dirty.delete(key)) this.#makeDue(key);
  }

  /** Drops all that is queued and refuses every taker, now and later. */
  close(): void {
    this.#closed = true;
    this.#due.clear();
    this.#dueSince.clear();
    this.#dirty.clear();
    this.#later.clear();
    this.#armTimer();
    this.#takers.refuseAll(new QueueClosedError());
  }

  #makeDue(key: K): void {
    if (this.#inWork.has(key)) {
      this.#dirty.add(key);
      return;
    }
    if (this.#due.push(key)) this.#dueSince.set(key, this.#clock.monotonic());
    this.#serve();
  }

  #serve(): void {
    while (this.#takers.size > 0 && this.#due.size > 0) this.#takers.serve(this.#takeFirst());
  }

  #takeFirst(): K {
    const key = this.#due.shift() as K;
    this.#dueSince.delete(key);
    this.#inWork.add(key);
    return key;
  }

  /** One timer, for the earliest key. */
  #armTimer(): void {
    const dueAt = this.#later.nextDueAt;
    if (dueAt === this.#timer?.dueAt) return;
    this.#timer?.handle.cancel();
    this.#timer = undefined;
    if (dueAt === undefined) return;
    const handle = this.#clock.setTimer(() => {
      this.#timer = undefined;
      // A timer may fire a moment early by the monotonic clock's measure: what it was set for is due.
      for (const key of this.#later.takeDue(Math.max(dueAt, this.#clock.monotonic()))) this.#makeDue(key);
      this.#armTimer();
    }, dueAt - this.#clock.monotonic());
    this.#timer = { dueAt, handle };
  }
}

import type { Clock, Timer } from './clock.ts';
import { Fifo } from './fifo.ts';
import { Schedule } from './schedule.ts';

/** Who works on the keys of a queue. */
export interface QueueWorker<K> {
  /** A key has become due. Called from within whatever made it due: the work is begun later. */
  onDue(): void;
  /** All that was asked for on this key has been dropped. */
  onForget(key: K): void;
}

/**
 * Which keys need work. A key stands in the queue once, and is taken by one at a time: added again while it is in work, it
 * comes back after {@link WorkQueue.done}. Due keys are taken in the order in which they became due. First work is never
 * delayed.
 */
export class WorkQueue<K> {
  readonly #clock: Clock;
  /** Since when each key is due is told by the monotonic clock. */
  readonly #due = new Fifo<K>();
  /** True for a key that was added again meanwhile. */
  readonly #inWork = new Map<K, boolean>();
  /** Made when a key has to wait for the first time: most queues never have one. */
  #later: Schedule<K> | undefined;
  #worker: QueueWorker<K> | undefined;
  #timer: { readonly dueAt: number; readonly handle: Timer } | undefined;

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock;
  }

  /** How many keys are due and not yet taken. */
  get length(): number {
    return this.#due.size;
  }

  /** For how many milliseconds the key has been due that was due first; 0 when none is. */
  get oldestMilliseconds(): number {
    const since = this.#due.firstSince;
    return since === undefined ? 0 : this.#clock.monotonic() - since;
  }

  /** How many keys wait for their time. */
  get delayed(): number {
    return this.#later?.size ?? 0;
  }

  /** How many keys have been taken and are not done. */
  get inWork(): number {
    return this.#inWork.size;
  }

  /** Has this worker told of the keys from now on, instead of one before. */
  attach(worker: QueueWorker<K>): void {
    this.#worker = worker;
  }

  /** Asks for work on a key now. A time that it was waiting for is dropped. */
  add(key: K): void {
    if (this.#later?.remove(key) === true) this.#armTimer();
    this.#makeDue(key);
  }

  /** Asks for work on a key after a delay. The earlier of two times wins, and a key that is due already stays due. */
  addAfter(key: K, milliseconds: number): void {
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    if (this.#due.has(key) || this.#inWork.get(key) === true) return;
    this.#later ??= new Schedule();
    if (this.#later.add(key, this.#clock.monotonic() + milliseconds)) this.#armTimer();
  }

  /** Drops all that was asked for on a key. Work that has begun goes on; it must still be marked as done. */
  forget(key: K): void {
    this.#due.remove(key);
    if (this.#inWork.has(key)) this.#inWork.set(key, false);
    if (this.#later?.remove(key) === true) this.#armTimer();
    this.#worker?.onForget(key);
  }

  /** Takes the key that has been due for longest. It is in work until {@link WorkQueue.done}. Undefined when none is due. */
  take(): K | undefined {
    const key = this.#due.shift();
    if (key !== undefined) this.#inWork.set(key, false);
    return key;
  }

  /** Ends the work on a key. If it was added meanwhile it is due again, behind those that waited. */
  done(key: K): void {
    const addedAgain = this.#inWork.get(key) === true;
    this.#inWork.delete(key);
    if (addedAgain) this.#makeDue(key);
  }

  #makeDue(key: K): void {
    if (this.#inWork.has(key)) {
      this.#inWork.set(key, true);
      return;
    }
    if (this.#due.push(key, this.#clock.monotonic())) this.#worker?.onDue();
  }

  /** One timer, for the earliest key. */
  #armTimer(): void {
    const dueAt = this.#later?.nextDueAt;
    if (dueAt === this.#timer?.dueAt) return;
    this.#timer?.handle.cancel();
    this.#timer = undefined;
    if (dueAt === undefined) return;
    const handle = this.#clock.setTimer(() => this.#onTime(dueAt), dueAt - this.#clock.monotonic());
    this.#timer = { dueAt, handle };
  }

  #onTime(dueAt: number): void {
    this.#timer = undefined;
    // A timer may fire a moment early by the monotonic clock's measure: what it was set for is due.
    for (const key of this.#later?.takeDue(Math.max(dueAt, this.#clock.monotonic())) ?? []) this.#makeDue(key);
    this.#armTimer();
  }
}

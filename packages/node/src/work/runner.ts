import { Backoff, type BackoffOptions } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { SharedSlots, SlotTaker } from './shared-slots.ts';
import type { TaskGroup } from './task-group.ts';
import { TurnBudget } from './turn-budget.ts';
import type { QueueWorker, WorkQueue } from './work-queue.ts';

/** What a handler wants to happen next. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'requeue'; readonly afterMilliseconds: number };

/** Whether a failed key is tried again; `afterMilliseconds` replaces the backoff, for an error that says when to come back. */
export type RetryDecision = { readonly retry: false } | { readonly retry: true; readonly afterMilliseconds?: number };

export interface RunnerOptions<K> {
  readonly queue: WorkQueue<K>;
  /** How many keys are worked on at once, those whose slot was lent on not counted. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** Does the work on a key. It is never running twice for one key. */
  handle(key: K, signal: AbortSignal): Promise<Outcome>;
  /** The delays between attempts at one key. They have no end; success, or forgetting the key, starts them again. */
  readonly retry: BackoffOptions;
  /**
   * Hears of every failed attempt; the first is 1. `retryInMilliseconds` is undefined when there will be no other.
   * It must not throw: an error of its own ends the run.
   */
  onError(key: K, error: unknown, attempt: number, retryInMilliseconds: number | undefined): void;
  /** Says which errors are worth another try. By default all are. An error of its own ends the run. */
  classify?(error: unknown): RetryDecision;
  /**
   * A handler that takes longer than this lends its slot to another key, and goes on: calls that hang never hold up the
   * others, however many they are. By default a slot is held until the handler ends.
   */
  readonly slotTimeoutMilliseconds?: number;
  /** Slots that this runner has in common with others: work on a key takes one of them too. */
  readonly shared?: SharedSlots;
  /** Numbers from 0 up to 1 for the jitter; `Math.random` by default. */
  readonly random?: () => number;
}

/**
 * After so many keys, connections and timers get their turn: the work on one takes up to two milliseconds before it waits for somebody
 * else, when it is the first of its kind in a process.
 */
const keysPerTurn = 12;

type Result =
  | Outcome
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'aborted'; readonly error: unknown };

interface Failures {
  attempts: number;
  readonly backoff: Backoff;
}

/**
 * Takes keys from a queue and works on them, several at a time. While there is nothing to do, nothing waits: the queue says when
 * there is.
 */
export class Runner<K> implements QueueWorker<K>, SlotTaker {
  readonly #options: RunnerOptions<K>;
  readonly #turn = new TurnBudget(keysPerTurn);
  #freeSlots: number;
  #lent = 0;
  /** Of keys whose last attempt failed. Made at the first failure: most runners never have one. */
  #failures: Map<K, Failures> | undefined;
  /** What the work is done in, once it has begun. */
  #group: TaskGroup | undefined;
  #isAboutToTake = false;

  constructor(options: RunnerOptions<K>) {
    this.#options = options;
    this.#freeSlots = options.concurrency;
  }

  /** How many handlers have taken so long that they hold no slot any more. */
  get lent(): number {
    return this.#lent;
  }

  /**
   * Works in this group from now on, until it is aborted: each key is a task of it. It does not keep the group from ending while
   * there is no work.
   */
  start(group: TaskGroup): void {
    this.#group = group;
    this.#options.queue.attach(this);
    this.onDue();
  }

  onDue(): void {
    if (this.#isAboutToTake || this.#freeSlots === 0) return;
    this.#isAboutToTake = true;
    queueMicrotask(() => this.#takeWork());
  }

  onSlotFree(): void {
    if (!this.#isAboutToTake) this.#takeWork();
  }

  onForget(key: K): void {
    this.#failures?.delete(key);
  }

  #takeWork(): void {
    this.#isAboutToTake = false;
    const { queue, shared } = this.#options;
    const group = this.#group;
    while (group?.signal.aborted === false && this.#freeSlots > 0 && queue.length > 0) {
      if (!this.#turn.tryTake()) {
        this.#isAboutToTake = true;
        void this.#turn.turnEnd().then(() => this.#takeWork());
        return;
      }
      if (shared?.tryTake(this) === false) return;
      const key = queue.take() as K;
      this.#freeSlots--;
      group.spawn('work on a key', (signal) => this.#work(key, signal));
    }
  }

  async #work(key: K, signal: AbortSignal): Promise<void> {
    const { clock, slotTimeoutMilliseconds } = this.#options;
    let lent = false;
    const lend = (): void => {
      lent = true;
      this.#lent++;
      this.#freeSlot();
    };
    const timer = slotTimeoutMilliseconds === undefined ? undefined : clock.setTimer(lend, slotTimeoutMilliseconds);
    const result = await this.#attempt(key, signal);
    timer?.cancel();
    if (lent) this.#lent--;
    try {
      this.#settle(key, result);
    } finally {
      if (!lent) this.#freeSlot();
    }
  }

  #freeSlot(): void {
    this.#freeSlots++;
    this.#options.shared?.give();
    if (this.#options.queue.length > 0) this.onDue();
  }

  async #attempt(key: K, signal: AbortSignal): Promise<Result> {
    try {
      return await this.#options.handle(key, signal);
    } catch (error) {
      return { kind: signal.aborted ? 'aborted' : 'failed', error };
    }
  }

  /** Everything that can come of an attempt. */
  #settle(key: K, result: Result): void {
    const { queue } = this.#options;
    switch (result.kind) {
      case 'done':
        this.#failures?.delete(key);
        queue.done(key);
        return;
      case 'requeue':
        this.#failures?.delete(key);
        queue.addAfter(key, result.afterMilliseconds);
        queue.done(key);
        return;
      case 'failed':
        this.#settleFailure(key, result.error);
        return;
      case 'aborted':
        // The run is over: what the handler threw because of that is no failure of the key.
        queue.done(key);
        return;
    }
  }

  #settleFailure(key: K, error: unknown): void {
    const { queue } = this.#options;
    const failures = this.#failures?.get(key) ?? this.#firstFailure();
    const attempt = ++failures.attempts;
    let retryIn: number | undefined;
    try {
      const decision: RetryDecision = this.#options.classify?.(error) ?? { retry: true };
      if (decision.retry) {
        this.#failures ??= new Map();
        this.#failures.set(key, failures);
        retryIn = decision.afterMilliseconds ?? failures.backoff.next();
        queue.addAfter(key, retryIn);
      } else {
        this.#failures?.delete(key);
      }
    } finally {
      queue.done(key);
    }
    this.#options.onError(key, error, attempt, retryIn);
  }

  #firstFailure(): Failures {
    const { retry, clock, random } = this.#options;
    return { attempts: 0, backoff: new Backoff(retry, clock, random) };
  }
}

import type { Clock } from './clock.ts';

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** The first delay, before jitter. */
  readonly initialMilliseconds: number;
  /** No delay is longer. */
  readonly maximumMilliseconds: number;
  /** Each delay is the one before it times this. */
  readonly factor: number;
  /** 0 to 1: the largest fraction of a delay that may be taken off at random. 1 is full jitter. */
  readonly jitter: number;
  /** After this long with no attempt (counted from the end of the last delay) the next delay is the first one again. */
  readonly resetAfterMilliseconds: number;
}

/** Growing delays with jitter. It starts again after a quiet period, not after the first success, so that flapping stays slow. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #base: number;
  #quietSince = Number.POSITIVE_INFINITY;

  /** `random` gives numbers from 0 up to 1, as `Math.random` does. */
  constructor(options: BackoffOptions, clock: Clock, random: () => number = Math.random) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#base = options.initialMilliseconds;
  }

  /** The delay before the next attempt, in milliseconds. */
  next(): number {
    const { maximumMilliseconds, factor, jitter, resetAfterMilliseconds } = this.#options;
    const now = this.#clock.monotonic();
    if (now - this.#quietSince >= resetAfterMilliseconds) this.reset();
    const base = Math.min(this.#base, maximumMilliseconds);
    const delay = base * (1 - jitter * this.#random());
    this.#base = Math.min(base * factor, maximumMilliseconds);
    this.#quietSince = now + delay;
    return delay;
  }

  /** The next delay is the first one again. */
  reset(): void {
    this.#base = this.#options.initialMilliseconds;
    this.#quietSince = Number.POSITIVE_INFINITY;
  }
}

import type { Clock } from '../work/clock.ts';

/** How much may be done. */
export interface TokenBucketOptions {
  /** How many tokens it holds when full, as it is at first. */
  readonly burst: number;
  /** How fast tokens come back. */
  readonly tokensPerSecond: number;
}

/** A budget that fills up again over time. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  readonly #clock: Clock;
  #tokens: number;
  #countedAt: number;

  constructor(options: TokenBucketOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#tokens = options.burst;
    this.#countedAt = clock.monotonic();
  }

  /** Takes a token. False when there is none. */
  tryTake(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Milliseconds until there is a token to take; 0 when there is one. */
  wait(): number {
    this.#refill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / this.#options.tokensPerSecond);
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const { burst, tokensPerSecond } = this.#options;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) * tokensPerSecond) / 1_000);
    this.#countedAt = now;
  }
}

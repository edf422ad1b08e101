import type { Clock, Timer } from './clock.ts';
import { WaitingLine } from './waiting-line.ts';

export interface AdaptiveLimitOptions {
  /** The limit at the start, and the highest it gets. */
  readonly maximum: number;
  /** The lowest it gets; 1 by default. */
  readonly minimum?: number;
  readonly clock: Clock;
  /** Tells an answer that asks to slow down (HTTP 429, 503) from others, with the wait that it asked for. */
  throttled(error: unknown): { readonly retryAfterMilliseconds?: number } | undefined;
}

/**
 * Bounds how much is in flight, and learns the bound from the other side instead of a fixed rate: halved when told to slow
 * down, one more after each round of successes (additive increase, multiplicative decrease, as in TCP). Nothing new starts
 * before the wait that was asked for is over. Who waits is served in order.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveLimitOptions;
  /** Made when somebody has to wait for the first time. */
  #waiting: WaitingLine<void> | undefined;
  #limit: number;
  #inFlight = 0;
  #decreases = 0;
  #pause: { readonly until: number; readonly timer: Timer } | undefined;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = options;
    this.#limit = options.maximum;
  }

  /** How many may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Runs the task as soon as the limit allows and gives its result or error. Rejects with `signal.reason` while waiting. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#mayStart && this.waiting === 0) this.#inFlight++;
    else await (this.#waiting ??= new WaitingLine()).join(signal);
    const decreasesBefore = this.#decreases;
    try {
      const result = await task();
      this.#limit = Math.min(this.#options.maximum, this.#limit + 1 / this.#limit);
      return result;
    } catch (error) {
      const answer = this.#options.throttled(error);
      if (answer !== undefined) this.#slowDown(answer.retryAfterMilliseconds ?? 0, decreasesBefore);
      throw error;
    } finally {
      this.#inFlight--;
      this.#serve();
    }
  }

  get #mayStart(): boolean {
    return this.#pause === undefined && this.#inFlight < this.limit;
  }

  /** All that was in flight when the other side got busy is told so: only the first of those answers lowers the limit. */
  #slowDown(retryAfterMilliseconds: number, decreasesBefore: number): void {
    if (decreasesBefore === this.#decreases) {
      this.#decreases++;
      this.#limit = Math.max(this.#options.minimum ?? 1, this.#limit / 2);
    }
    const until = this.#options.clock.monotonic() + retryAfterMilliseconds;
    if (retryAfterMilliseconds <= 0 || (this.#pause !== undefined && this.#pause.until >= until)) return;
    this.#pause?.timer.cancel();
    const resume = (): void => {
      this.#pause = undefined;
      this.#serve();
    };
    this.#pause = { until, timer: this.#options.clock.setTimer(resume, retryAfterMilliseconds) };
  }

  #serve(): void {
    while (this.#mayStart && this.waiting > 0) {
      this.#inFlight++;
      this.#waiting?.serve();
    }
  }
}

import type { Clock, Timer } from '../clock.ts';

/** Calls back once when nothing happened for a while. Marking that something did costs no timer. */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #onIdle: () => void;
  #last: number;
  #timer: Timer | undefined;

  /** @param limit in milliseconds; 0 means that the watch never calls back. */
  constructor(clock: Clock, limit: number, onIdle: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#onIdle = onIdle;
    this.#last = clock.monotonic();
    this.#arm(limit);
  }

  mark(): void {
    this.#last = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(milliseconds: number): void {
    if (this.#limit > 0) {
      this.#timer = this.#clock.setTimer(() => this.#check(), milliseconds);
    }
  }

  #check(): void {
    const quiet = this.#clock.monotonic() - this.#last;
    if (quiet >= this.#limit) {
      this.#onIdle();
    } else {
      this.#arm(this.#limit - quiet);
    }
  }
}

import type { Clock } from '../clock.ts';

interface Pending {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that a test moves by hand. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #pending = new Set<Pending>();

  /** Timers that are set. */
  get pending(): number {
    return this.#pending.size;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimer(callback: () => void, milliseconds: number): { cancel: () => void } {
    const timer = { due: this.#now + milliseconds, callback };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** Moves on, and calls back what is due on the way, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#pending].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) {
        break;
      }
      this.#now = next.due;
      this.#pending.delete(next);
      next.callback();
    }
    this.#now = end;
  }
}

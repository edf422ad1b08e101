import type { Clock, Timer } from '../work/clock.ts';
import { sleepOn } from '../work/sleep.ts';

interface PendingTimer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** How many turns of the event loop let promises, and code that yields to the loop now and then, come to rest. */
const settlingTurns = 3;

/** A clock that stands still until a test moves it. Timers fire in the order of their times. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #timers: PendingTimer[] = [];
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(options: { readonly now?: number } = {}) {
    this.#wall = options.now ?? Date.UTC(2026, 0, 1);
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }

  /** How many milliseconds from now the timers fire, the nearest first. */
  get delays(): number[] {
    return this.#timers.map(({ dueAt }) => dueAt - this.#monotonic);
  }

  setTimer(callback: () => void, milliseconds: number): Timer {
    const timer: PendingTimer = { dueAt: this.#monotonic + Math.max(0, milliseconds), callback };
    const later = this.#timers.findIndex(({ dueAt }) => dueAt > timer.dueAt);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    this.#tellWatchers();
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((pending) => pending !== timer);
      },
    };
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return sleepOn((callback, delay) => this.setTimer(callback, delay), milliseconds, signal);
  }

  /** Moves both clocks on, firing what becomes due on the way, also what is set meanwhile. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    await settle();
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.dueAt > end) break;
      await this.#fire(next);
    }
    this.#moveTo(end);
    await settle();
  }

  /** Moves on to the next timer and fires it; gives the milliseconds that passed. Throws when no timer is set. */
  async advanceToNext(): Promise<number> {
    await settle();
    const next = this.#timers[0];
    if (next === undefined) throw new Error('no timer is set on the fake clock');
    const passed = Math.max(0, next.dueAt - this.#monotonic);
    await this.#fire(next);
    return passed;
  }

  /** Resolves as soon as this many timers are set: what a test awaits when real input or output comes before the timer. */
  whenPending(count = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ count, resolve });
      this.#tellWatchers();
    });
  }

  /** Sets the wall clock alone, as a clock jump does. Timers and the monotonic clock are not touched. */
  setWall(now: number): void {
    this.#wall = now;
  }

  async #fire(timer: PendingTimer): Promise<void> {
    this.#timers = this.#timers.filter((pending) => pending !== timer);
    this.#moveTo(timer.dueAt);
    timer.callback();
    await settle();
  }

  #moveTo(monotonic: number): void {
    const passed = Math.max(0, monotonic - this.#monotonic);
    this.#monotonic += passed;
    this.#wall += passed;
  }

  #tellWatchers(): void {
    const told = this.#watchers.filter(({ count }) => count <= this.#timers.length);
    this.#watchers = this.#watchers.filter((watcher) => !told.includes(watcher));
    for (const { resolve } of told) resolve();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < settlingTurns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

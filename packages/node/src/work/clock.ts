import { sleepOn } from './sleep.ts';

/** A timer that has been set. */
export interface Timer {
  /** Stops the timer; a second call, or one after it fired, changes nothing. */
  cancel(): void;
}

/** Where time comes from. Everything that waits takes one, so that tests decide when time passes. */
export interface Clock {
  /** Wall time in milliseconds since the epoch. It may jump; use it for what is published, never to measure. */
  now(): number;
  /** Milliseconds since an arbitrary origin, never going back. */
  monotonic(): number;
  /** Calls back once, after at least this many milliseconds. A delay below zero counts as zero. */
  setTimer(callback: () => void, milliseconds: number): Timer;
  /** Resolves after this many milliseconds; rejects with `signal.reason` when the signal is aborted first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Node.js fires a longer delay at once (it is kept in a signed 32-bit number), so longer ones are waited for in parts. */
const longestTimeout = 2 ** 31 - 1;

class SystemTimer implements Timer {
  readonly #callback: () => void;
  readonly #dueAt: number;
  #handle: NodeJS.Timeout;

  constructor(callback: () => void, milliseconds: number) {
    this.#callback = callback;
    this.#dueAt = performance.now() + milliseconds;
    this.#handle = this.#wait(milliseconds);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #wait(milliseconds: number): NodeJS.Timeout {
    if (milliseconds <= longestTimeout) return setTimeout(this.#callback, Math.max(0, milliseconds));
    const waitOn = (): void => {
      this.#handle = this.#wait(this.#dueAt - performance.now());
    };
    return setTimeout(waitOn, longestTimeout);
  }
}

function setTimer(callback: () => void, milliseconds: number): Timer {
  return new SystemTimer(callback, milliseconds);
}

/** The machine's own clock. Its timers keep the process alive until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer,
  sleep: (milliseconds, signal) => sleepOn(setTimer, milliseconds, signal),
};

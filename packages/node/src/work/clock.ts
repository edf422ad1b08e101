/** A running timer. */
export interface Timer {
  /** Idempotent. */
  cancel(): void;
}

/** Where all of the core gets its time from, so that a test can move it. */
export interface Clock {
  /** Wall time: milliseconds since the epoch. It may jump. */
  now(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
  setTimer(callback: () => void, milliseconds: number): Timer;
  /** Rejects with `signal.reason` when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

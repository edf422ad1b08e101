/** A timer that has been set. */
export interface Timer {
  /** Stops the timer; a second call, or one after it fired, changes nothing. */
  cancel(): void;
}

/** Where time comes from. Tests hand in one that they move by hand. */
export interface Clock {
  /** Milliseconds since an arbitrary origin, never going back. */
  monotonic(): number;
  /** Calls back once, after at least this many milliseconds, at most 2^31 - 1. */
  setTimer(callback: () => void, milliseconds: number): Timer;
}

/** The machine's own clock. Its timers do not keep the process alive: the sockets that they watch do. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  setTimer: (callback, milliseconds) => {
    const handle = setTimeout(callback, milliseconds);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

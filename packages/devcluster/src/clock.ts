/** A pending call that can be called off. */
export interface ClockTimer {
  cancel(): void;
}

/** Time as the cluster sees it; tests hand in one that they move by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after that many milliseconds. A pending timer must not keep the process alive. */
  setTimeout(callback: () => void, milliseconds: number): ClockTimer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, milliseconds) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** `metav1.Time` on the wire: whole seconds, UTC. */
export function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

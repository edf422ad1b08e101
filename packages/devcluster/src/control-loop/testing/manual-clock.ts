import type { Clock } from '../../clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on, and calls back whatever has become due, in order. */
  advance(milliseconds: number): void;
}

/** Starts at a round moment, so that times in expectations are easy to read. */
export function manualClock(start: number = Date.parse('2026-01-01T00:00:00Z')): ManualClock {
  let now = start;
  let pending: { due: number; callback: () => void }[] = [];
  return {
    now: () => now,
    setTimeout: (callback, milliseconds) => {
      const timer = { due: now + milliseconds, callback };
      pending.push(timer);
      return { cancel: () => (pending = pending.filter((other) => other !== timer)) };
    },
    advance: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const next = pending.filter(({ due }) => due <= end).sort((left, right) => left.due - right.due)[0];
        if (next === undefined) break;
        pending = pending.filter((timer) => timer !== next);
        now = Math.max(now, next.due);
        next.callback();
      }
      now = end;
    },
  };
}

import type { Clock } from '../../work/clock.ts';

/** Milliseconds since the epoch that start at the wall clock's and go on with the monotonic one: they never go back. */
export function steadyTime(clock: Clock): () => number {
  const origin = clock.now() - clock.monotonic();
  return () => Math.round(origin + clock.monotonic());
}

import type { RuntimeContainer } from '../runtime/container.ts';

const initialDelay = 10_000;
export const longestRestartDelay = 300_000;
/** A run that lasted longer than this was no crash: the next restart waits for nothing. */
const stableAfter = 2 * longestRestartDelay;

/** When a container that has ended may start again, and how long the restart after that one has to wait. */
export interface NextRun {
  readonly at: number;
  readonly restartDelayMilliseconds: number;
}

/**
 * The kubelet's crash-loop back-off: the first restart at once, the next ones 10 s after the end, doubling up to 300 s, and
 * from the beginning after a run of ten minutes. The delay stands with the container in the runtime, so a process that
 * starts again does not restart all crashing containers at once.
 */
export function nextRun(ended: RuntimeContainer, endedAt: number): NextRun {
  const { restartDelayMilliseconds: delay, createdAt, finishedAt = createdAt } = ended;
  if (delay <= 0 || finishedAt - createdAt > stableAfter) return firstRestart(endedAt);
  return { at: endedAt + delay, restartDelayMilliseconds: Math.min(delay * 2, longestRestartDelay) };
}

/** At once, and the next one after the shortest wait. */
export function firstRestart(endedAt: number): NextRun {
  return { at: endedAt, restartDelayMilliseconds: initialDelay };
}

/** For how long the end itself is shown before the wait for the restart is: both are there to be seen. */
export function endShownUntil(endedAt: number, restartAt: number): number {
  return endedAt + Math.min((restartAt - endedAt) / 2, 5_000);
}

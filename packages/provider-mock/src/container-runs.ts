import type { ContainerRecord, FinishedRun, ReplacedRun } from './pod-record.ts';

const firstBackoff = 10_000;
const longestBackoff = 300_000;
/** The kubelet forgets a container's backoff after twice the longest one. */
const backoffForgottenAfter = 2 * longestBackoff;

/** The run of a container that a moment falls into, or into the wait after it. */
export interface ContainerRun {
  /** Counts from 0 for this image. */
  readonly index: number;
  readonly startedAt: number;
  /** When it ends by itself; absent: it does not. */
  readonly endsAt?: number;
  /** When the next one starts; absent: there is none. */
  readonly restartsAt?: number;
  /** A replaced one has an end of its own; the others ended as the container's behaviour says. */
  readonly previous?: FinishedRun | ReplacedRun;
}

/** True when a container that ended so is started again (PodSpec.restartPolicy). */
export function isRestarted(container: ContainerRecord, restartPolicy: string): boolean {
  if (restartPolicy === 'Always') return true;
  return restartPolicy === 'OnFailure' && exitCodeOf(container) !== 0;
}

/** What the container exits with when it ends by itself. */
export function exitCodeOf(container: ContainerRecord): number {
  return container.outOfMemory ? 137 : container.exitCode;
}

/**
 * The wait between the end of a run and the next one, as the kubelet's `doBackOff` has it: none after the first run, then
 * 10 s doubling to 300 s, counted from the end of the run.
 */
export function backoffAfter(index: number, runTime: number): number {
  if (index === 0 || runTime > backoffForgottenAfter) return 0;
  return Math.min(firstBackoff * 2 ** (index - 1), longestBackoff);
}

/** The run at `time`, which is not before the container's first start. */
export function runAt(container: ContainerRecord, restartPolicy: string, time: number): ContainerRun {
  const { startsAt, runTime, replacedRun } = container;
  if (runTime === undefined) return { index: 0, startedAt: startsAt, ...previousOf(replacedRun) };
  if (!isRestarted(container, restartPolicy))
    return { index: 0, startedAt: startsAt, endsAt: startsAt + runTime, ...previousOf(replacedRun) };

  let index = 0;
  let startedAt = startsAt;
  let previous: FinishedRun | ReplacedRun | undefined = replacedRun;
  for (;;) {
    const endsAt = startedAt + runTime;
    const wait = backoffAfter(index, runTime);
    const restartsAt = endsAt + wait;
    if (time < restartsAt) return { index, startedAt, endsAt, restartsAt, ...previousOf(previous) };
    const period = runTime + wait;
    // From here on each run takes as long as the last: go straight to the one in question.
    const steady = wait === longestBackoff || runTime > backoffForgottenAfter;
    const steps = steady ? Math.max(1, Math.floor((time - startedAt) / period)) : 1;
    index += steps;
    startedAt += steps * period;
    previous = { startedAt: startedAt - period, finishedAt: startedAt - wait };
  }
}

function previousOf(previous: ContainerRun['previous'] | undefined): Pick<ContainerRun, 'previous'> {
  return previous === undefined ? {} : { previous };
}

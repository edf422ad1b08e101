import type { ContainerState, ContainerStatus } from '@vk/node/provider';
import { backoffAfter, exitCodeOf, isRestarted, runAt } from './container-runs.ts';
import { formatSeconds } from './duration.ts';
import type { ContainerRecord, FinishedRun, PodRecord, ReplacedRun } from './pod-record.ts';
import { formatTime } from './time-format.ts';

/** How a container ended. */
export interface ContainerExit {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  /** Absent when it never ran. */
  readonly run?: FinishedRun;
}

/** A container at one moment. */
export interface ContainerView {
  readonly status: ContainerStatus;
  readonly activity: 'not-started' | 'running' | 'waiting-for-restart' | 'ended';
  /** Present once it has ended for good. */
  readonly exit?: ContainerExit;
  /** When it will look different next; absent: not by itself. */
  readonly changesAt?: number;
}

/** When the pod's containers stop because somebody asked, and whether they are killed. Absent: they are not going to. */
export function stopOf(pod: PodRecord): { readonly at: number; readonly killed: boolean } | undefined {
  const { deletion, deleteDelay } = pod;
  if (deletion === undefined) return undefined;
  const { requestedAt, killAt, forcedAt } = deletion;
  if (deleteDelay === 'never') return forcedAt === undefined ? undefined : { at: forcedAt, killed: true };
  const stopsAt = requestedAt + deleteDelay;
  if (forcedAt !== undefined && forcedAt <= stopsAt) return { at: forcedAt, killed: true };
  return stopsAt <= killAt ? { at: stopsAt, killed: false } : { at: killAt, killed: true };
}

/** A container that never ran when its pod was stopped: the words are the kubelet's. */
const neverRan: ContainerExit = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};

/** What a process that was told to stop leaves: it obeys SIGTERM and exits 0, or SIGKILL ends it with 128 + 9. */
export function stopExit(killed: boolean): { readonly exitCode: number; readonly reason: string } {
  return killed ? { exitCode: 137, reason: 'Error' } : { exitCode: 0, reason: 'Completed' };
}

/** How a run ends by itself. */
export function ownExit(container: ContainerRecord, run: FinishedRun): ContainerExit {
  const exitCode = exitCodeOf(container);
  const reason = container.outOfMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode, reason, run };
}

/** The `terminated` state of an exit. */
export function terminatedState(exit: ContainerExit, containerID: string): NonNullable<ContainerState['terminated']> {
  const { exitCode, reason, message, run } = exit;
  return {
    exitCode,
    reason,
    ...(message !== undefined && { message }),
    ...(run !== undefined && {
      startedAt: formatTime(run.startedAt),
      finishedAt: formatTime(run.finishedAt),
      containerID,
    }),
  };
}

/** A regular container of a pod as it is at `now`. */
export function containerView(pod: PodRecord, container: ContainerRecord, now: number): ContainerView {
  const { deletion, restartPolicy, ownership } = pod;
  const asked = deletion !== undefined && deletion.requestedAt <= now ? deletion.requestedAt : undefined;
  // Nothing is started any more once the pod was asked to stop, so its runs are those of that moment.
  const moment = asked ?? now;
  const identifier = (restarts: number): string => `mock://${ownership.uid}/${container.name}/${restarts}`;
  const base = { name: container.name, image: container.image, imageID: '' };

  if (moment < container.startsAt) {
    if (asked !== undefined) {
      const state = { terminated: terminatedState(neverRan, '') };
      const status = { ...base, state, ready: false, started: false, restartCount: container.restartsBefore };
      return { status, activity: 'ended', exit: neverRan };
    }
    const state = { waiting: { reason: 'ContainerCreating' } };
    const status = { ...base, state, ready: false, started: false, restartCount: container.restartsBefore };
    return { status, activity: 'not-started', changesAt: container.startsAt };
  }

  const run = runAt(container, restartPolicy, moment);
  const restartCount = container.restartsBefore + run.index;
  const containerID = identifier(restartCount);
  const lastState =
    run.previous === undefined
      ? {}
      : {
          lastState: {
            terminated: terminatedState(previousExit(container, run.previous), identifier(restartCount - 1)),
          },
        };
  const common = { ...base, containerID, restartCount };

  const stop = asked === undefined ? undefined : stopOf(pod);
  const stoppedFirst = stop !== undefined && (run.endsAt === undefined || stop.at < run.endsAt);
  const endsAt = stoppedFirst ? stop.at : run.endsAt;
  if (endsAt === undefined || now < endsAt) {
    const readyAt = run.startedAt + container.readyAfter;
    const ready = now >= readyAt;
    const state = { running: { startedAt: formatTime(run.startedAt) } };
    const changesAt = earliest(ready ? undefined : readyAt, endsAt);
    return {
      status: { ...common, ...lastState, state, ready, started: true },
      activity: 'running',
      ...(changesAt !== undefined && { changesAt }),
    };
  }

  const finished = { startedAt: run.startedAt, finishedAt: endsAt };
  const exit = stoppedFirst ? { ...stopExit(stop.killed), run: finished } : ownExit(container, finished);
  const terminated = terminatedState(exit, containerID);
  if (asked === undefined && run.restartsAt !== undefined && isRestarted(container, restartPolicy)) {
    const wait = formatSeconds(backoffAfter(run.index, container.runTime ?? 0));
    const name = `${ownership.name}_${ownership.namespace}(${ownership.uid})`;
    const message = `back-off ${wait} restarting failed container=${container.name} pod=${name}`;
    const state = { waiting: { reason: 'CrashLoopBackOff', message } };
    return {
      status: { ...common, lastState: { terminated }, state, ready: false, started: false },
      activity: 'waiting-for-restart',
      changesAt: run.restartsAt,
    };
  }
  return {
    status: { ...common, ...lastState, state: { terminated }, ready: false, started: false },
    activity: 'ended',
    exit,
  };
}

function previousExit(container: ContainerRecord, run: FinishedRun | ReplacedRun): ContainerExit {
  return 'exitCode' in run ? { exitCode: run.exitCode, reason: run.reason, run } : ownExit(container, run);
}

/** The smallest of the times that are there. */
export function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

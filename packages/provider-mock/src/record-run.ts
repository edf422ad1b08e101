import { NotFound } from '@vk/node/provider';
import { annotationPrefix } from './behaviour-table.ts';
import type { MainProcess } from './behaviour-table.ts';
import type { LoggedRun, ScriptedOutput } from './container/run-log.ts';
import { runAt } from './container-runs.ts';
import { containerView } from './container-view.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';
import { podView } from './pod-view.ts';

/** A container of whichever kind, as those see it that look into it. */
export interface RecordRun {
  readonly script: ScriptedOutput;
  readonly mainProcess: MainProcess;
  /** Undefined before the first start, or when there is no previous one. */
  readonly run: LoggedRun | undefined;
}

/**
 * The run of a container that a moment falls into, or the one before it.
 *
 * @throws NotFound when the pod has no such container.
 */
export function recordRun(pod: PodRecord, name: string, now: number, previous = false): RecordRun {
  const container = pod.containers.find((candidate) => candidate.name === name);
  if (container !== undefined) {
    const run = previous ? previousRun(pod, container, now) : currentRun(pod, container, now);
    return { script: scriptOf(container), mainProcess: container.mainProcess ?? 'silent', run };
  }
  const run = previous ? undefined : otherRun(pod, name, now);
  const ephemeral = pod.ephemeralContainers.some((candidate) => candidate.name === name);
  if (!ephemeral && !pod.initContainers.some((candidate) => candidate.name === name))
    throw new NotFound(`there is no container ${name}`);
  return { script: {}, mainProcess: ephemeral ? 'shell' : 'silent', run };
}

/** Whoever asks for the log of a container that nobody wrote a script for reads there what it is, and how to write one. */
function scriptOf(container: ContainerRecord): ScriptedOutput {
  const { name, image, stdout, stderr, mainProcess = 'silent' } = container;
  if (stdout !== undefined || stderr !== undefined || mainProcess !== 'silent') return container;
  return { stdout: [`mock container ${name} of ${image}: the annotation ${annotationPrefix}stdout is its log`] };
}

/** The run that started then, as it is now; with its end when another one has begun meanwhile. Undefined without a pod. */
export function sameRun(
  pod: PodRecord | undefined,
  name: string,
  chosen: LoggedRun,
  now: number,
): LoggedRun | undefined {
  if (pod === undefined) return undefined;
  if (chosen.finishedAt !== undefined) return chosen;
  const { run } = recordRun(pod, name, now);
  if (run?.startedAt === chosen.startedAt) return run;
  const before = recordRun(pod, name, now, true).run;
  return before?.startedAt === chosen.startedAt ? before : { ...chosen, finishedAt: now };
}

function momentOf(pod: PodRecord, now: number): number {
  return Math.min(now, pod.deletion?.requestedAt ?? now);
}

function currentRun(pod: PodRecord, container: ContainerRecord, now: number): LoggedRun | undefined {
  const moment = momentOf(pod, now);
  if (moment < container.startsAt) return undefined;
  const { startedAt, endsAt } = runAt(container, pod.restartPolicy, moment);
  const { activity, exit } = containerView(pod, container, now);
  if (activity === 'running') return { startedAt };
  return { startedAt, finishedAt: exit?.run?.finishedAt ?? endsAt ?? now };
}

function previousRun(pod: PodRecord, container: ContainerRecord, now: number): LoggedRun | undefined {
  const moment = momentOf(pod, now);
  return moment < container.startsAt ? undefined : runAt(container, pod.restartPolicy, moment).previous;
}

/** An init container, a sidecar or an ephemeral container: from the status that the pod shows. */
function otherRun(pod: PodRecord, name: string, now: number): LoggedRun | undefined {
  const { initContainerStatuses = [], ephemeralContainerStatuses = [] } = podView(pod, now, undefined).status;
  const state = [...initContainerStatuses, ...ephemeralContainerStatuses].find((status) => status.name === name)?.state;
  const time = (text: unknown): number => Date.parse(String(text));
  if (state?.running !== undefined) return { startedAt: time(state.running.startedAt) };
  if (state?.terminated?.startedAt === undefined) return undefined;
  return { startedAt: time(state.terminated.startedAt), finishedAt: time(state.terminated.finishedAt) };
}

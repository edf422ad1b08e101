import { NotFound } from '@vk/node/provider';
import type { CallContext, ContainerLogOptions, LogChunk } from '@vk/node/provider';
import { runAt } from './container-runs.ts';
import { containerView } from './container-view.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';

/** What the log needs of the node. */
export interface LogSource {
  /** Undefined when the backend has no such pod any more. */
  readonly pod: () => PodRecord | undefined;
  readonly timeline: () => number;
  /** Resolves after this many milliseconds, when the pod changes, or when the signal is aborted. */
  readonly wait: (milliseconds: number | undefined, signal: AbortSignal) => Promise<void>;
}

/** One run of a container, as its log sees it. */
interface LoggedRun {
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly finishedAt?: number;
}

/** The log of a container, computed from its record: nothing is kept of it, however much it writes. */
export async function* containerLog(
  source: LogSource,
  containerName: string,
  options: ContainerLogOptions,
  call: CallContext,
): AsyncGenerator<LogChunk> {
  const container = containerOf(source.pod(), containerName);
  if (options.stream === 'stderr') return;
  const chosen = loggedRun(source, container, options.previous);
  if (chosen === undefined) {
    if (options.previous) throw new NotFound(`container ${containerName} has no previous run`);
    throw new NotFound(`container ${containerName} has not started`);
  }
  const count = linesAt(container, chosen, source.timeline());
  let line = Math.max(0, count - (options.tailLines ?? count), firstLineSince(container, chosen, options.sinceTime));
  for (;;) {
    call.signal.throwIfAborted();
    const pod = source.pod();
    const run = pod === undefined ? undefined : sameRun(source, containerOf(pod, containerName), chosen);
    const end = run === undefined ? line : linesAt(container, run, source.timeline());
    for (; line < end; line += 1) yield lineAt(container, chosen, line);
    if (!options.follow || run === undefined || run.finishedAt !== undefined) return;
    await source.wait(untilNextLine(container, chosen, line, source.timeline()), call.signal);
  }
}

function containerOf(pod: PodRecord | undefined, name: string): ContainerRecord {
  const container = pod?.containers.find((candidate) => candidate.name === name);
  if (container === undefined) throw new NotFound(`there is no container ${name}`);
  return container;
}

function loggedRun(source: LogSource, container: ContainerRecord, previous: boolean): LoggedRun | undefined {
  const pod = source.pod();
  const now = source.timeline();
  const stopped = Math.min(now, pod?.deletion?.requestedAt ?? now);
  if (pod === undefined || stopped < container.startsAt) return undefined;
  const run = runAt(container, pod.restartPolicy, stopped);
  if (previous) return run.previous;
  const { activity, exit } = containerView(pod, container, now);
  if (activity === 'running') return { startedAt: run.startedAt };
  return { startedAt: run.startedAt, finishedAt: exit?.run?.finishedAt ?? run.endsAt ?? now };
}

/** The run as it is now; the run itself with its end when another one has begun meanwhile. */
function sameRun(source: LogSource, container: ContainerRecord, chosen: LoggedRun): LoggedRun {
  if (chosen.finishedAt !== undefined) return chosen;
  const current = loggedRun(source, container, false);
  if (current?.startedAt === chosen.startedAt) return current;
  return loggedRun(source, container, true) ?? { ...chosen, finishedAt: source.timeline() };
}

function linesAt(container: ContainerRecord, run: LoggedRun, now: number): number {
  const { stdout = [], stdoutRate } = container;
  if (stdout.length === 0) return 0;
  if (stdoutRate === undefined) return stdout.length;
  const elapsed = Math.max(0, Math.min(now, run.finishedAt ?? now) - run.startedAt);
  return Math.floor((elapsed * stdoutRate) / 1_000) + 1;
}

function firstLineSince(container: ContainerRecord, run: LoggedRun, sinceTime: number | undefined): number {
  if (sinceTime === undefined || sinceTime <= run.startedAt) return 0;
  const { stdout = [], stdoutRate } = container;
  return stdoutRate === undefined ? stdout.length : Math.ceil(((sinceTime - run.startedAt) * stdoutRate) / 1_000);
}

function lineAt(container: ContainerRecord, run: LoggedRun, line: number): LogChunk {
  const { stdout = [], stdoutRate } = container;
  const writtenAt = run.startedAt + (stdoutRate === undefined ? 0 : (line * 1_000) / stdoutRate);
  return {
    bytes: Buffer.from(`${stdout[line % stdout.length] ?? ''}\n`),
    time: new Date(writtenAt).toISOString(),
    stream: 'stdout',
  };
}

function untilNextLine(container: ContainerRecord, run: LoggedRun, line: number, now: number): number | undefined {
  const { stdout = [], stdoutRate } = container;
  if (stdout.length === 0 || stdoutRate === undefined) return undefined;
  return Math.max(1, Math.ceil(run.startedAt + (line * 1_000) / stdoutRate - now));
}

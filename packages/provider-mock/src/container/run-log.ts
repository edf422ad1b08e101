import type { CallContext, ContainerLogOptions, LogChunk } from '@vk/node/provider';
import type { LogRing } from './log-ring.ts';

/** What a container's behaviour has it write: nothing of it is kept, it follows from the time. */
export interface ScriptedOutput {
  readonly stdout?: readonly string[];
  /** Lines per second; absent: all at the start, once. */
  readonly stdoutRate?: number;
  /** At the start, once. */
  readonly stderr?: readonly string[];
}

/** One run of a container, as its log sees it. Times are milliseconds since the epoch. */
export interface LoggedRun {
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly finishedAt?: number;
}

/** The log of one run. */
export interface LogSource {
  readonly script: ScriptedOutput;
  /** What the run wrote besides its script. */
  readonly ring: LogRing;
  /** The run as it is now; undefined when the backend has no such pod any more. */
  readonly run: () => LoggedRun | undefined;
  readonly now: () => number;
  /** Resolves after this many milliseconds, when the container changes, or when the signal is aborted. */
  readonly wait: (milliseconds: number | undefined, signal: AbortSignal) => Promise<void>;
}

export interface RunLogOptions extends Pick<ContainerLogOptions, 'follow' | 'tailLines' | 'sinceTime' | 'stream'> {
  /** Only what is written from now on: for somebody who attaches. */
  readonly fromNow?: boolean;
}

interface TimedChunk extends LogChunk {
  readonly writtenAt: number;
}

/** The log of a run, computed from its script, with what its ring holds in between. */
export async function* runLog(
  source: LogSource,
  options: RunLogOptions,
  { signal }: CallContext,
): AsyncGenerator<LogChunk> {
  const { script, ring } = source;
  const first = source.run();
  if (first === undefined) return;
  const count = linesAt(script, first, source.now());
  let line = options.fromNow === true ? count : firstLine(script, first, count, options);
  let position = options.fromNow === true ? ring.end : 0;
  let errors: readonly TimedChunk[] = options.fromNow === true || isPast(options, first) ? [] : stderrOf(script, first);
  for (;;) {
    signal.throwIfAborted();
    const run = source.run();
    const end = run === undefined ? line : linesAt(script, run, source.now());
    const written = ring.from(position);
    position = ring.end;
    // Taken before anything is given out: a write while the reader is busy must wake it.
    const changed = ring.changed();
    const others = [...errors, ...written];
    errors = [];
    for (; line < end || others.length > 0;) {
      const scripted = line < end ? lineAt(script, first, line) : undefined;
      const other = others[0];
      const chunk =
        other === undefined || (scripted !== undefined && scripted.writtenAt <= other.writtenAt) ? scripted : other;
      if (chunk === undefined) break;
      if (chunk === other) others.shift();
      else line += 1;
      const { writtenAt: _writtenAt, ...shown } = chunk;
      if (options.stream === undefined || options.stream === shown.stream) yield shown;
    }
    if (!options.follow || run === undefined || run.finishedAt !== undefined) return;
    const waiting = new AbortController();
    const until = untilNextLine(script, first, line, source.now());
    await Promise.race([source.wait(until, AbortSignal.any([signal, waiting.signal])), changed]);
    waiting.abort();
  }
}

function isPast({ sinceTime }: RunLogOptions, run: LoggedRun): boolean {
  return sinceTime !== undefined && sinceTime > run.startedAt;
}

function linesAt({ stdout = [], stdoutRate }: ScriptedOutput, run: LoggedRun, now: number): number {
  if (stdout.length === 0) return 0;
  if (stdoutRate === undefined) return stdout.length;
  const elapsed = Math.max(0, Math.min(now, run.finishedAt ?? now) - run.startedAt);
  return Math.floor((elapsed * stdoutRate) / 1_000) + 1;
}

function firstLine(
  { stdout = [], stdoutRate }: ScriptedOutput,
  run: LoggedRun,
  count: number,
  { tailLines = count, sinceTime, stream }: RunLogOptions,
): number {
  const wanted = Math.max(0, count - (stream === 'stderr' ? 0 : tailLines));
  if (sinceTime === undefined || sinceTime <= run.startedAt) return wanted;
  const since =
    stdoutRate === undefined ? stdout.length : Math.ceil(((sinceTime - run.startedAt) * stdoutRate) / 1_000);
  return Math.max(wanted, since);
}

function lineAt({ stdout = [], stdoutRate }: ScriptedOutput, run: LoggedRun, line: number): TimedChunk {
  const writtenAt = run.startedAt + (stdoutRate === undefined ? 0 : (line * 1_000) / stdoutRate);
  return {
    bytes: Buffer.from(`${stdout[line % stdout.length] ?? ''}\n`),
    time: new Date(writtenAt).toISOString(),
    stream: 'stdout',
    writtenAt,
  };
}

function stderrOf({ stderr = [] }: ScriptedOutput, { startedAt }: LoggedRun): TimedChunk[] {
  const time = new Date(startedAt).toISOString();
  return stderr.map((line) => ({ bytes: Buffer.from(`${line}\n`), time, stream: 'stderr', writtenAt: startedAt }));
}

function untilNextLine(
  { stdout = [], stdoutRate }: ScriptedOutput,
  run: LoggedRun,
  line: number,
  now: number,
): number | undefined {
  if (stdout.length === 0 || stdoutRate === undefined) return undefined;
  return Math.max(1, Math.ceil(run.startedAt + (line * 1_000) / stdoutRate - now));
}

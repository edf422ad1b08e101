import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import type { Clock, ContainerLogOptions, LogChunk } from '@vk/node/provider';
import { isMissing } from '../host/is-missing.ts';
import { LogChanges } from './log-changes.ts';
import { LogReadError } from './log-read-error.ts';
import { openLog, type OpenLog } from './open-log.ts';
import { parseLogLine } from './parse-cri-log.ts';
import { tailOffset } from './tail-offset.ts';

export interface ReadLogOptions extends Pick<
  ContainerLogOptions,
  'follow' | 'tailLines' | 'stream' | 'sinceTime' | 'onCaughtUp'
> {
  readonly path: string;
  readonly root: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the container could still write a moment ago. */
  readonly running: boolean;
  /** Whether it still may. */
  readonly isRunning: () => Promise<boolean>;
  /** How often that is asked, and how often a log that nobody tells of is looked at. */
  readonly pollMilliseconds?: number;
}

/** A follower finds a line or two most times: only when there is more it reads with a large buffer. */
const smallBlock = 2 * 1024;
const largeBlock = 64 * 1024;
const newline = 0x0a;
/** A line is cut at 16 KiB by runtimes; one that never ends is no log of theirs. */
const longestLine = 4 * 1024 * 1024;

/**
 * The entries of a CRI log. With `follow` it goes on while the container runs, into the new file when the log is rotated;
 * nothing is lost or repeated in between.
 */
export async function* readLog(options: ReadLogOptions): AsyncGenerator<LogChunk> {
  const { path, root, follow, running, clock, signal, pollMilliseconds = 1_000 } = options;
  let log = await openLog(path, root);
  if (log === undefined && !follow) return;
  using changes = new LogChanges(path, clock, pollMilliseconds);
  try {
    let state: Reading = { position: await startOf(log, options), rest: new Uint8Array() };
    let [goesOn, askedAt] = [follow && running, clock.monotonic()];
    for (;;) {
      // Asked before the file is read to its end: what was written before the container ended is in it by then. Not for every
      // change, of which a busy log has many.
      if (goesOn && clock.monotonic() - askedAt >= pollMilliseconds) {
        askedAt = clock.monotonic();
        goesOn = await options.isRunning();
      }
      if (log !== undefined) {
        for await (const chunk of readOn(log.file, state, signal)) {
          state = chunk.state;
          yield* chunk.entries.filter((entry) => isWanted(entry, options));
        }
      }
      const next = await rotated(path, root, log);
      if (next !== undefined) {
        // What was written between the end of the last read and the rotation.
        if (log !== undefined) {
          for await (const chunk of readOn(log.file, state, signal)) {
            yield* chunk.entries.filter((entry) => isWanted(entry, options));
          }
          await log.file.close();
        }
        log = next;
        state = { position: 0, rest: new Uint8Array() };
        continue;
      }
      if (!goesOn) return;
      options.onCaughtUp?.();
      await changes.next(signal);
    }
  } finally {
    await log?.file.close();
  }
}

interface Reading {
  readonly position: number;
  /** The beginning of a line of which the end is not there yet. */
  readonly rest: Uint8Array;
}

async function startOf(log: OpenLog | undefined, { tailLines, stream }: ReadLogOptions): Promise<number> {
  if (log === undefined || tailLines === undefined) return 0;
  return tailOffset(log.file, log.size, tailLines, stream);
}

/** What was written since, to the end of the file. */
async function* readOn(
  file: FileHandle,
  from: Reading,
  signal: AbortSignal,
): AsyncGenerator<{ readonly entries: readonly LogChunk[]; readonly state: Reading }> {
  let state = from;
  let block = smallBlock;
  for (;;) {
    signal.throwIfAborted();
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(block), 0, block, state.position);
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([state.rest, buffer.subarray(0, bytesRead)]);
    const entries: LogChunk[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      const entry = parseLogLine(bytes.subarray(start, end + 1));
      if (entry !== undefined) entries.push(entry);
      start = end + 1;
    }
    const rest = bytes.subarray(start);
    if (rest.length > longestLine) throw new LogReadError(`the log has a line of more than ${longestLine} bytes`);
    state = { position: state.position + bytesRead, rest };
    yield { entries, state };
    // A file gives less than was asked for at its end alone.
    if (bytesRead < block) return;
    block = largeBlock;
  }
}

/** The file that now has the log's name, where it is another one than before. */
async function rotated(path: string, root: string, log: OpenLog | undefined): Promise<OpenLog | undefined> {
  if (log === undefined) return openLog(path, root);
  const now = await statOf(path);
  return now === undefined || now.ino === log.inode ? undefined : openLog(path, root);
}

async function statOf(path: string): Promise<{ readonly ino: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isWanted({ stream, time }: LogChunk, options: ReadLogOptions): boolean {
  if (options.stream !== undefined && stream !== options.stream) return false;
  return options.sinceTime === undefined || time === undefined || Date.parse(time) >= options.sinceTime;
}

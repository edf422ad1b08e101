import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import type { Clock, ContainerLogOptions, LogChunk } from '@vk/node/provider';
import { isMissing } from '../host/is-missing.ts';
import { LogChanges } from './log-changes.ts';
import { LogReadError } from './log-read-error.ts';
import { openLog } from './open-log.ts';
import { parseLogLine } from './parse-cri-log.ts';
import { tailOffset } from './tail-offset.ts';

export interface ReadLogOptions extends Pick<ContainerLogOptions, 'follow' | 'tailLines' | 'stream' | 'sinceTime'> {
  readonly path: string;
  readonly root: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the container may still write. */
  readonly isRunning: () => Promise<boolean>;
  /** How often it is asked, and how often a log that nobody tells of is looked at. */
  readonly pollMilliseconds?: number;
}

const block = 64 * 1024;
const newline = 0x0a;
/** A line is cut at 16 KiB by runtimes; one that never ends is no log of theirs. */
const longestLine = 4 * 1024 * 1024;

/**
 * The entries of a CRI log. With `follow` it goes on while the container runs, into the new file when the log is rotated;
 * nothing is lost or repeated in between.
 */
export async function* readLog(options: ReadLogOptions): AsyncGenerator<LogChunk> {
  const { path, root, follow, clock, signal, pollMilliseconds = 1_000 } = options;
  let file = await openLog(path, root);
  if (file === undefined && !follow) return;
  using changes = new LogChanges(path, clock, pollMilliseconds);
  try {
    let state: Reading = { position: await startOf(file, options), rest: new Uint8Array() };
    let [goesOn, askedAt] = [follow, -Infinity];
    for (;;) {
      // Asked before the file is read to its end: what was written before the container ended is in it by then. Not for every
      // change, of which a busy log has many.
      if (follow && clock.monotonic() - askedAt >= pollMilliseconds) {
        askedAt = clock.monotonic();
        goesOn = await options.isRunning();
      }
      if (file !== undefined) {
        for await (const chunk of readOn(file, state, signal)) {
          state = chunk.state;
          yield* chunk.entries.filter((entry) => isWanted(entry, options));
        }
      }
      const next = await rotated(path, root, file);
      if (next !== undefined) {
        // What was written between the end of the last read and the rotation.
        if (file !== undefined) {
          for await (const chunk of readOn(file, state, signal)) {
            yield* chunk.entries.filter((entry) => isWanted(entry, options));
          }
          await file.close();
        }
        file = next;
        state = { position: 0, rest: new Uint8Array() };
        continue;
      }
      if (!goesOn) return;
      await changes.next(signal);
    }
  } finally {
    await file?.close();
  }
}

interface Reading {
  readonly position: number;
  /** The beginning of a line of which the end is not there yet. */
  readonly rest: Uint8Array;
}

async function startOf(file: FileHandle | undefined, { tailLines, stream }: ReadLogOptions): Promise<number> {
  if (file === undefined || tailLines === undefined) return 0;
  return tailOffset(file, (await file.stat()).size, tailLines, stream);
}

async function* readOn(
  file: FileHandle,
  from: Reading,
  signal: AbortSignal,
): AsyncGenerator<{ readonly entries: readonly LogChunk[]; readonly state: Reading }> {
  let state = from;
  for (;;) {
    signal.throwIfAborted();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(block), 0, block, state.position);
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
  }
}

/** The file that now has the log's name, where it is another one than before. */
async function rotated(path: string, root: string, file: FileHandle | undefined): Promise<FileHandle | undefined> {
  if (file === undefined) return openLog(path, root);
  const [before, now] = await Promise.all([file.stat(), statOf(path)]);
  return now === undefined || now.ino === before.ino ? undefined : openLog(path, root);
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

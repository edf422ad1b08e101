import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../../work/clock.ts';

export interface FollowFilesOptions {
  readonly paths: readonly string[];
  readonly clock: Clock;
  /** What is in the files, in the order of the paths, each time that any of it has changed. */
  readonly onChange: (contents: readonly string[]) => void;
  /** They cannot be read; told once until they can be again. */
  readonly onProblem: (error: unknown) => void;
  /** What was in them when they were read last. */
  readonly known: readonly string[];
}

/** Files on some file systems change without a word: they are also looked at this often. */
const pollMilliseconds = 60_000;
/** Several files that belong together, or one that is written in pieces, change as one. */
const settleMilliseconds = 250;

/** The contents of files, in the order of their paths. */
export async function readFiles(paths: readonly string[]): Promise<string[]> {
  const contents: string[] = [];
  for (const path of paths) contents.push(await readFile(path, 'utf8'));
  return contents;
}

/** Reads files anew when they change, until the signal is aborted. A symbolic link that is replaced is a change. */
export async function followFiles(options: FollowFilesOptions, signal: AbortSignal): Promise<void> {
  const { paths, clock, onChange, onProblem } = options;
  let known = options.known;
  let failing = false;
  let settling: Timer | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const contents = await readFiles(paths);
      failing = false;
      if (contents.every((content, index) => content === known[index])) return;
      known = contents;
      if (!signal.aborted) onChange(contents);
    } catch (error) {
      if (!failing && !signal.aborted) onProblem(error);
      failing = true;
    }
  }
  const lookSoon = (): void => {
    settling?.cancel();
    settling = clock.setTimer(() => {
      looking = looking.then(look);
    }, settleMilliseconds);
  };

  const watchers = [...new Set(paths.map((path) => dirname(path)))].flatMap((directory) => {
    try {
      // A watch that fails later leaves the polling.
      return [watch(directory, { persistent: false }, lookSoon).on('error', () => undefined)];
    } catch {
      return []; // The system has no watches left, or the directory is not there: the polling finds what changes.
    }
  });
  try {
    while (!signal.aborted) {
      await clock.sleep(pollMilliseconds, signal).catch(() => undefined);
      if (signal.aborted) break;
      looking = looking.then(look);
      await looking;
    }
  } finally {
    settling?.cancel();
    for (const watcher of watchers) watcher.close();
    await looking;
  }
}

import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './is-missing.ts';

export interface DirectoryUsage {
  /** What the files take on the disk, not what they are long. */
  readonly usedBytes: number;
  readonly inodesUsed: number;
}

export interface MeasureLimits {
  /** With more files and directories than this nothing is known. */
  readonly mostEntries: number;
  readonly signal: AbortSignal;
}

const blockBytes = 512;

/**
 * What a directory takes, as the kubelet counts it: itself and everything in it on the same file system, each file once
 * whatever names it has. Undefined when it is not there, or too large to be counted.
 */
export async function directoryUsage(
  root: string,
  { mostEntries, signal }: MeasureLimits,
): Promise<DirectoryUsage | undefined> {
  const top = await statusOf(root);
  if (top === undefined) return undefined;
  const linked = new Set<number>();
  const directories = [root];
  let usedBytes = top.blocks * blockBytes;
  let inodesUsed = 1;
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    for await (const name of namesIn(directory)) {
      signal.throwIfAborted();
      const path = join(directory, name);
      const status = await statusOf(path);
      if (status === undefined || status.dev !== top.dev || linked.has(status.ino)) continue;
      if (status.nlink > 1 && !status.isDirectory()) linked.add(status.ino);
      usedBytes += status.blocks * blockBytes;
      inodesUsed += 1;
      if (inodesUsed > mostEntries) return undefined;
      if (status.isDirectory()) directories.push(path);
    }
  }
  return { usedBytes, inodesUsed };
}

async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Nothing for a directory that has gone meanwhile. */
async function* namesIn(path: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(path)) yield name;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

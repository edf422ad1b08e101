import { constants, type Stats } from 'node:fs';
import { lstat, open, opendir, type FileHandle } from 'node:fs/promises';
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
/** Each level has a directory open. */
const mostLevels = 256;

/**
 * What a directory takes, as the kubelet counts it: itself and everything in it on the same file system, each file once
 * whatever names it has. Undefined when it is not there, or too large or too deep to be counted. Containers may change it
 * meanwhile: nothing that they put there leads out of it.
 */
export async function directoryUsage(
  root: string,
  { mostEntries, signal }: MeasureLimits,
): Promise<DirectoryUsage | undefined> {
  const top = await statusOf(root);
  if (top === undefined) return undefined;
  const linked = new Set<number>();
  let usedBytes = top.blocks * blockBytes;
  let inodesUsed = 1;
  /** False when there is too much. */
  const count = async (path: string, level: number): Promise<boolean> => {
    if (level > mostLevels) return false;
    const directory = await openDirectory(path);
    if (directory === undefined) return true;
    try {
      // By the handle, not by the path: any part of that can be another one by now.
      const here = `/proc/self/fd/${directory.fd}`;
      for await (const { name } of await opendir(here)) {
        signal.throwIfAborted();
        const status = await statusOf(`${here}/${name}`);
        if (status === undefined || status.dev !== top.dev || linked.has(status.ino)) continue;
        if (status.nlink > 1 && !status.isDirectory()) linked.add(status.ino);
        usedBytes += status.blocks * blockBytes;
        inodesUsed += 1;
        if (inodesUsed > mostEntries) return false;
        if (status.isDirectory() && !(await count(`${here}/${name}`, level + 1))) return false;
      }
      return true;
    } finally {
      await directory.close();
    }
  };
  return (await count(root, 1)) ? { usedBytes, inodesUsed } : undefined;
}

async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Undefined for one that has gone meanwhile, or has become something else. */
async function openDirectory(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

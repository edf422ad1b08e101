import { statfs } from 'node:fs/promises';
import type { Clock, FileSystemStats } from '@vk/node/provider';
import { wireTime } from '../stats/figures.ts';
import { isMissing } from './is-missing.ts';

/** The file system that a path is on. Undefined when the path is not there. */
export async function fileSystemStats(path: string, clock: Clock): Promise<FileSystemStats | undefined> {
  try {
    const { bsize, blocks, bavail, bfree, files, ffree } = await statfs(path);
    return {
      time: wireTime(clock.now()),
      availableBytes: bavail * bsize,
      capacityBytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize,
      inodesFree: ffree,
      inodes: files,
      inodesUsed: files - ffree,
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { isMissing } from '../host/is-missing.ts';
import { LogReadError } from './log-read-error.ts';

/** The file of a log, as it was when it was opened. */
export interface OpenLog {
  readonly file: FileHandle;
  readonly inode: number;
  readonly size: number;
}

/** Opens a log for reading. Undefined when it is not there. Nothing outside the root is opened, and no symbolic link. */
export async function openLog(path: string, root: string): Promise<OpenLog | undefined> {
  try {
    const [directory, realRoot] = await Promise.all([realpath(dirname(path)), realpath(root)]);
    if (!directory.startsWith(`${realRoot}${sep}`)) throw new LogReadError(`the log ${path} is outside of ${root}`);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return { file, ...(await shapeOf(file)) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function shapeOf(file: FileHandle): Promise<{ readonly inode: number; readonly size: number }> {
  try {
    const { ino, size } = await file.stat();
    return { inode: ino, size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

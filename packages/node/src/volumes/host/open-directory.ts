import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { HostFiles } from './host-files.ts';

/**
 * The path of what a handle has open, whatever its name leads to by now. A name appended to it is looked up in that very
 * directory, as by openat(2), which Node.js does not offer.
 *
 * Source: proc(5), `/proc/PID/fd`.
 */
export function pathOfHandle({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`;
}

/** Opens a directory. Rejects with `ENOTDIR` or `ELOOP` when the last part of the path is a symbolic link. */
export function openDirectory(files: HostFiles, path: string | Buffer): Promise<FileHandle> {
  return files.open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

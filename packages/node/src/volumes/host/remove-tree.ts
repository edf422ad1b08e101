import type { FileHandle } from 'node:fs/promises';
import { isSystemError, type HostFiles } from './host-files.ts';
import { openDirectory, pathOfHandle } from './open-directory.ts';

/**
 * Removes a directory with all that is in it, or a file. Not there is a success. It goes from open directory to open
 * directory, so that no symbolic link, also one that is put there meanwhile, leads it elsewhere.
 *
 * Rejects at a directory on which something is mounted: what is on another file system is not ours to remove.
 */
export async function removeTree(files: HostFiles, path: string): Promise<void> {
  await removeEntry(files, path, undefined);
}

async function removeEntry(files: HostFiles, path: string | Buffer, device: number | undefined): Promise<void> {
  let directory: FileHandle;
  try {
    directory = await openDirectory(files, path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return;
    if (!isSystemError(error, 'ENOTDIR', 'ELOOP')) throw error;
    return tolerant(files.unlink(path));
  }
  try {
    const { dev } = await directory.stat();
    if (device !== undefined && dev !== device)
      throw new Error(`something is mounted at ${await nameOf(files, directory)}`);
    const base = Buffer.from(`${pathOfHandle(directory)}/`);
    for (const entry of await files.readdir(pathOfHandle(directory), { withFileTypes: true, encoding: 'buffer' })) {
      const child = Buffer.concat([base, entry.name]);
      if (entry.isDirectory()) await removeEntry(files, child, dev);
      else await tolerant(files.unlink(child));
    }
  } finally {
    await directory.close();
  }
  await tolerant(files.rmdir(path));
}

function nameOf(files: HostFiles, directory: FileHandle): Promise<string> {
  return files.readlink(pathOfHandle(directory));
}

async function tolerant(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}

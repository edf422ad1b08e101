import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifPresent, isSystemError, type HostFiles } from './host-files.ts';
import { openDirectory, pathOfHandle } from './open-directory.ts';

/**
 * Removes a directory with all that is in it, or a file. Not there is a success. It goes from open directory to open
 * directory, so that no symbolic link, also one that is put there meanwhile, leads it elsewhere.
 *
 * Rejects at a directory on which something is mounted, a directory of the same file system included: what is shown by a
 * mount is not ours to remove.
 */
export async function removeTree(files: HostFiles, path: string): Promise<void> {
  const parent = await ifPresent(files.open(dirname(path)));
  if (parent === undefined) return;
  try {
    await removeEntry(files, path, await mountOf(files, parent));
  } finally {
    await parent.close();
  }
}

async function removeEntry(files: HostFiles, path: string | Buffer, mount: string): Promise<void> {
  let directory: FileHandle;
  try {
    directory = await openDirectory(files, path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return;
    if (!isSystemError(error, 'ENOTDIR', 'ELOOP')) throw error;
    return tolerant(files.unlink(path));
  }
  try {
    if ((await mountOf(files, directory)) !== mount)
      throw new Error(`something is mounted at ${await nameOf(files, directory)}`);
    const base = Buffer.from(`${pathOfHandle(directory)}/`);
    for (const entry of await files.readdir(pathOfHandle(directory), { withFileTypes: true, encoding: 'buffer' })) {
      const child = Buffer.concat([base, entry.name]);
      if (entry.isDirectory()) await removeEntry(files, child, mount);
      else await tolerant(files.unlink(child));
    }
  } finally {
    await directory.close();
  }
  await tolerant(files.rmdir(path));
}

/**
 * The mount by which a handle was opened: unlike the number of the device, it differs below a bind mount.
 *
 * Source: proc(5), `/proc/PID/fdinfo`.
 */
async function mountOf(files: HostFiles, { fd }: FileHandle): Promise<string> {
  const text = await files.readFile(`/proc/self/fdinfo/${fd}`, 'utf8');
  const id = /^mnt_id:\s*(\d+)$/mu.exec(text)?.[1];
  if (id === undefined) throw new Error('this system does not say by which mount a file was opened');
  return id;
}

function nameOf(files: HostFiles, directory: FileHandle): Promise<string> {
  return files.readlink(pathOfHandle(directory));
}

/** For what may have gone meanwhile. */
export async function tolerant(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}

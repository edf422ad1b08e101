import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent, isSystemError, type HostFiles } from './host-files.ts';
import { openDirectory, pathOfHandle } from './open-directory.ts';

/** open(2): the handle only stands for the file; nothing is opened, so that a pipe cannot hang and a device does nothing. Node.js has no name for it. */
const O_PATH = 0o10000000;

/**
 * Opens a path within a volume, and makes directories where there is nothing. Symbolic links are followed as long as they
 * stay within the volume (the files of a ConfigMap are such links). The containers of the pod may turn any part of the path
 * into a link meanwhile: the path is resolved once, and what came out is opened part by part without following any link.
 *
 * The handle is for {@link pathOfHandle} or a bind mount only. Rejects when the path leads out of the volume.
 */
export async function openSubPath(files: HostFiles, volume: string, subPath: string): Promise<FileHandle> {
  const root = await files.realpath(volume);
  const full = join(root, subPath);
  const resolved = await ifPresent(files.realpath(full));
  if (resolved !== undefined) return openWithin(files, root, resolved);
  const made = await makeDirectories(files, root, subPath);
  try {
    return await files.open(pathOfHandle(made), O_PATH);
  } finally {
    await made.close();
  }
}

/** Opens a path that has no links in it, or had none a moment ago. */
async function openWithin(files: HostFiles, root: string, path: string): Promise<FileHandle> {
  const parts = partsWithin(root, path);
  let handle = await files.open(root, O_PATH | constants.O_DIRECTORY);
  for (const name of parts) handle = await step(files, handle, name, O_PATH | constants.O_NOFOLLOW);
  const { mode } = await handle.stat();
  if ((mode & 0o170000) !== 0o120000) return handle;
  await handle.close();
  throw new Error(`${path} has become a symbolic link`);
}

/** Makes what is missing of a path, with the volume's own bits, and opens the last directory. */
async function makeDirectories(files: HostFiles, root: string, subPath: string): Promise<FileHandle> {
  const bits = (await files.stat(root)).mode & 0o7777;
  const missing = subPath.split('/').filter((name) => name !== '' && name !== '.');
  let existing = root;
  for (let [name] = missing; name !== undefined; [name] = missing) {
    const next = await ifPresent(files.realpath(join(existing, name)));
    if (next === undefined) break;
    existing = next;
    missing.shift();
  }
  const parts = partsWithin(root, existing);
  let handle = await openDirectory(files, root);
  const reading = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  for (const name of parts) handle = await step(files, handle, name, reading);
  for (const name of missing) {
    const isNew = await makeChild(files, handle, name);
    handle = await step(files, handle, name, reading);
    if (isNew) await handle.chmod(bits);
  }
  return handle;
}

/** False when something of this name is there. */
async function makeChild(files: HostFiles, parent: FileHandle, name: string): Promise<boolean> {
  try {
    await files.mkdir(join(pathOfHandle(parent), name));
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    await parent.close();
    throw error;
  }
}

/** Opens a name in an open directory, which is closed. */
async function step(files: HostFiles, parent: FileHandle, name: string, flags: number): Promise<FileHandle> {
  try {
    return await files.open(join(pathOfHandle(parent), name), flags);
  } finally {
    await parent.close();
  }
}

function partsWithin(root: string, path: string): string[] {
  if (path === root) return [];
  const prefix = root.endsWith('/') ? root : `${root}/`;
  if (!path.startsWith(prefix)) throw new Error(`${path} is not within ${root}`);
  return path.slice(prefix.length).split('/');
}

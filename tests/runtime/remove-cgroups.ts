import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes a cgroup with all below it, from every hierarchy. Nothing may run in it any more. */
export async function removeCgroups(name: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  for (const directory of [root, ...(await directoriesIn(root)).map((hierarchy) => join(root, hierarchy))]) {
    if ((await directoriesIn(directory)).includes(name)) await removeTree(join(directory, name));
  }
}

async function removeTree(path: string): Promise<void> {
  for (const name of await directoriesIn(path)) await removeTree(join(path, name));
  await rmdir(path);
}

async function directoriesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

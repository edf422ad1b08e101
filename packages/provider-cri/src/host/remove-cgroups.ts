import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesIn } from './entries-in.ts';
import { isMissing } from './is-missing.ts';

/**
 * Removes the cgroup of a pod that has ended, in every hierarchy: runtimes remove those of the containers only. Systemd removes
 * its own.
 */
export async function removePodCgroup(path: string, unified: boolean, root: string = '/sys/fs/cgroup'): Promise<void> {
  const hierarchies = unified ? [root] : (await namesIn(root)).map((name) => join(root, name));
  for (const hierarchy of hierarchies) await removeTree(join(hierarchy, path));
}

/** Only directories can be removed here, the deepest first; the files in them are the kernel's. */
async function removeTree(path: string): Promise<void> {
  for (const name of await namesIn(path)) await removeTree(join(path, name));
  try {
    await rmdir(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function namesIn(path: string): Promise<string[]> {
  const entries = await entriesIn(path);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

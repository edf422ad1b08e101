import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './is-missing.ts';

const cgroups = '/sys/fs/cgroup';

/**
 * Removes the cgroup of a pod that has ended, in every hierarchy: runtimes remove those of the containers only. Systemd removes
 * its own.
 */
export async function removePodCgroup(path: string, unified: boolean): Promise<void> {
  const hierarchies = unified ? [cgroups] : (await namesIn(cgroups)).map((name) => join(cgroups, name));
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
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

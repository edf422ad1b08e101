import { join } from 'node:path';
import { ifPresent, type HostFiles } from './host-files.ts';
import { tolerant } from './remove-tree.ts';

/** Below the directory of a pod's sub paths: by volume, by container, by mount. */
const depth = 3;

/**
 * Removes the places at which sub paths of a pod were shown. What lies in such a place is never looked at: it is what the
 * mount shows when it is still there, host data among it. So only empty directories and files on which nothing is mounted go;
 * at any other this rejects, as the kubelet's `doCleanSubPaths` does.
 */
export function removeSubPaths(files: HostFiles, directory: string): Promise<void> {
  return removeLevel(files, directory, depth);
}

async function removeLevel(files: HostFiles, path: string, below: number): Promise<void> {
  const status = await ifPresent(files.lstat(path));
  if (status === undefined) return;
  if (!status.isDirectory()) return tolerant(files.unlink(path));
  if (below > 0) for (const name of await files.readdir(path)) await removeLevel(files, join(path, name), below - 1);
  await tolerant(files.rmdir(path));
}

import { join } from 'node:path';
import { readText } from './read-text.ts';

export interface CgroupHierarchies {
  /** Where the hierarchies are. */
  readonly root: string;
  /** Whether this host has the unified cgroup hierarchy (version 2). */
  readonly unified: boolean;
}

/** How many processes and threads the kernel counts in the first of the cgroups that is there; undefined where none is. */
export async function cgroupProcesses(
  paths: readonly string[],
  { root, unified }: CgroupHierarchies,
): Promise<number | undefined> {
  for (const path of paths) {
    const text = (await readText(join(root, unified ? '' : 'pids', path, 'pids.current'))).trim();
    if (/^\d+$/u.test(text)) return Number(text);
  }
  return undefined;
}

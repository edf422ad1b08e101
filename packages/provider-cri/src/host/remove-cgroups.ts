import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@vk/node/provider';
import { entriesIn } from './entries-in.ts';
import { isMissing } from './is-missing.ts';
import { killProcesses } from './kill-processes.ts';
import { readText } from './read-text.ts';

/** How often processes that are left are killed before the cgroup is given up, as in the kubelet. */
const attempts = 5;
const pauseMilliseconds = 100;

export interface CgroupRemoval {
  readonly unified: boolean;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  /** Where the hierarchies are. */
  readonly root?: string;
  /** Sends SIGKILL. One that has ended meanwhile is no error. */
  readonly kill?: (pids: readonly number[]) => void | Promise<void>;
}

/**
 * Removes the cgroup of a pod that has ended, in every hierarchy: runtimes remove those of the containers only. Systemd removes
 * its own. A process that is still in it is one that the runtime has lost sight of, and is killed.
 */
export async function removePodCgroup(
  path: string,
  { unified, clock, signal, root = '/sys/fs/cgroup', kill = killProcesses }: CgroupRemoval,
): Promise<void> {
  const hierarchies = unified ? [root] : (await namesIn(root)).map((name) => join(root, name));
  const trees = hierarchies.map((hierarchy) => join(hierarchy, path));
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const tree of trees) await removeTree(tree);
      return;
    } catch (error) {
      if (!isInUse(error) || attempt === attempts) throw error;
    }
    const left = new Set((await Promise.all(trees.map((tree) => processesIn(tree)))).flat());
    if (left.size > 0) await kill([...left]);
    await clock.sleep(pauseMilliseconds, signal);
  }
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

/** Of those that this process can see: another PID namespace shows them as 0. */
async function processesIn(path: string): Promise<number[]> {
  const below = await Promise.all((await namesIn(path)).map((name) => processesIn(join(path, name))));
  const own = (await readText(join(path, 'cgroup.procs'))).split('\n').map(Number);
  return [...below.flat(), ...own.filter((pid) => pid > 1)];
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'ENOTEMPTY');
}

async function namesIn(path: string): Promise<string[]> {
  const entries = await entriesIn(path);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

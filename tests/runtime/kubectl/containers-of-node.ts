import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningContainerd } from '../containerd/start-containerd.ts';

/** A container or sandbox, as containerd itself has it. */
export interface RuntimeContainer {
  readonly id: string;
  readonly podUid: string;
  /** Empty for a sandbox. */
  readonly name: string;
  /** Whether its process runs. */
  readonly running: boolean;
}

const atOnce = 8;

/** What containerd has for a node, by the labels that the node puts on what is its own. */
export async function containersOfNode(containerd: RunningContainerd, node: string): Promise<RuntimeContainer[]> {
  const filter = `labels."virtual-kubelet.io/node-name"==${node}`;
  const ids = (await containerd.ctr('containers', 'ls', '-q', filter)).split('\n').filter((id) => id !== '');
  const running = runningOf(await containerd.ctr('tasks', 'ls'));
  const found: RuntimeContainer[] = [];
  const rest = [...ids];
  const read = async (): Promise<void> => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
      const { Labels } = JSON.parse(await containerd.ctr('containers', 'info', id)) as {
        Labels: Record<string, string>;
      };
      const podUid = Labels['io.kubernetes.pod.uid'] ?? '';
      found.push({ id, podUid, name: Labels['io.kubernetes.container.name'] ?? '', running: running.has(id) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, read));
  return found;
}

function runningOf(table: string): ReadonlySet<string> {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/u));
  return new Set(rows.flatMap(([id = '', , state]) => (state === 'RUNNING' ? [id] : [])));
}

/** How many processes of containers and sandboxes there are; costs next to nothing. */
export async function countTasks({ directory }: RunningContainerd): Promise<number> {
  const tasks = join(directory, 'state', 'io.containerd.runtime.v2.task', 'k8s.io');
  try {
    return (await readdir(tasks)).length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** Everything that pods have left on this host, by path or id; empty when they left nothing. */
export async function leftBehind(containerd: RunningContainerd): Promise<string[]> {
  const { directory } = containerd;
  const containers = (await containerd.ctr('containers', 'ls', '-q')).split('\n').filter((id) => id !== '');
  const tasks = (await containerd.ctr('tasks', 'ls', '-q')).split('\n').filter((id) => id !== '');
  const mounts = (await readFile('/proc/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(join(directory, 'root', '')) && target.includes('/pods/'));
  const nodes = await readdir(join(directory, 'root'), { withFileTypes: true });
  const folders = [join(directory, 'logs')];
  for (const { name } of nodes) {
    folders.push(join(directory, 'root', name, 'pods'), join(directory, 'root', name, 'volumes', 'pods'));
  }
  const files = await Promise.all(folders.map(entriesOf));
  return [...containers, ...tasks, ...mounts, ...files.flat()];
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

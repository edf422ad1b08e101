import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRuntime } from '../running-runtime.ts';

/** A container or sandbox of a node, as the runtime itself has it. */
export interface NodeContainer {
  readonly id: string;
  readonly podUid: string;
  /** Empty for a sandbox. */
  readonly name: string;
  /** Whether its process runs. */
  readonly running: boolean;
}

/** What the runtime has for a node, by the labels that the node puts on what is its own. */
export async function containersOfNode(runtime: RunningRuntime, node: string): Promise<NodeContainer[]> {
  const all = await runtime.containers();
  return all
    .filter(({ labels }) => labels['virtual-kubelet.io/node-name'] === node)
    .map(({ id, labels, running }) => ({
      id,
      podUid: labels['io.kubernetes.pod.uid'] ?? '',
      name: labels['io.kubernetes.container.name'] ?? '',
      running,
    }));
}

/** Everything that pods have left on this host, by path or id; empty when they left nothing. */
export async function leftBehind(runtime: RunningRuntime): Promise<string[]> {
  const { directory } = runtime;
  const ids = await runtime.ids();
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
  return [...ids, ...mounts, ...files.flat()];
}

/** What the runtime says of the first of them, for the message of a failure: its labels, and its last lines in the log. */
export async function whatIsKnownOf(runtime: RunningRuntime, [first = '']: readonly string[]): Promise<string[]> {
  const found = (await runtime.containers()).filter(({ id }) => id === first);
  const lines = (await readFile(runtime.log, 'utf8')).split('\n').filter((line) => line.includes(first));
  return [...found.map((container) => JSON.stringify(container)), ...lines.slice(-20)];
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

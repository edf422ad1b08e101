import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { endProcess, endProcesses, unmountBelow } from '../left-on-host.ts';
import { removeCgroups } from '../remove-cgroups.ts';
import { hasEnded, readOwner } from './run-owner.ts';

/** The directories that this lane makes, each with its owner in it. */
const ownDirectory = /^vk-test-(?:cri|crio|runtime)-[A-Za-z0-9]{6}$/u;
/** As containerd names them, and keeps them with its sandboxes. */
const podNamespace = /\/netns\/(cni-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gu;
const attempts = 50;
const betweenAttempts = 100;

/**
 * Removes what runs of this lane have left whose process is gone, as after a kill: daemons, what keeps containers, mounts, network
 * namespaces, cgroups and directories. Each is found by a directory that says whose it was; nothing else is touched. What cannot be
 * removed is told, and does not keep this run from its work.
 */
export async function removeLeftRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((one) => ownDirectory.test(one))) {
    const directory = join(tmpdir(), name);
    try {
      const owner = readOwner(directory);
      if (owner !== undefined && hasEnded(owner)) await removeRun(directory, owner.pid);
    } catch (error) {
      // Another run that starts now may be removing the same.
      if (existsSync(directory))
        process.emitWarning(`what an earlier run has left in ${directory} could not be removed: ${String(error)}`);
    }
  }
}

async function removeRun(directory: string, pid: number): Promise<void> {
  const podNamespaces = podNamespacesOf(directory);
  endProcesses((commandLine) => isDaemon(commandLine, directory));
  endProcesses((commandLine) => keepsContainer(commandLine, directory));
  const name = `vk-test-${pid}`;
  for (const process of processesIn(name)) endProcess(process);
  unmountBelow(directory);
  for (const namespace of [...podNamespaces, name]) deleteNamespace(namespace);
  await untilDone(() => removeCgroups(name));
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** A runtime, or a virtual-kubelet, that was started with a file of the directory. */
function isDaemon([program = '', ...words]: readonly string[], directory: string): boolean {
  const isRuntime = /^(?:containerd|crio)$/u.test(basename(program));
  const files = ['config.toml', 'crio.conf'].map((name) => join(directory, name));
  return words.some((word) => (isRuntime ? files.includes(word) : word.startsWith(`--provider-config=${directory}/`)));
}

function keepsContainer([program = '', ...words]: readonly string[], directory: string): boolean {
  const isKeeper = /^(?:containerd-shim|conmon)/u.test(basename(program));
  return isKeeper && words.some((word) => word.startsWith(`${directory}/`));
}

/** Those that the database of containerd names, also of sandboxes that have ended. Without the daemon nobody else can say. */
function podNamespacesOf(directory: string): string[] {
  const database = join(directory, 'root', 'io.containerd.metadata.v1.bolt', 'meta.db');
  if (!existsSync(database)) return [];
  const names = [...readFileSync(database, 'latin1').matchAll(podNamespace)].map(([, name = '']) => name);
  return [...new Set(names)];
}

function processesIn(cgroup: string): number[] {
  const root = '/sys/fs/cgroup';
  const files = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(root, name, cgroup))
    .concat(join(root, cgroup))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)))
    .filter((path) => basename(path) === 'cgroup.procs');
  return files.flatMap((path) => readFileSync(path, 'utf8').split('\n').filter(Boolean).map(Number));
}

function deleteNamespace(name: string): void {
  if (existsSync(`/run/netns/${name}`)) execFileSync('ip', ['netns', 'delete', name]);
}

/** Processes that were killed are gone a moment later, and keep their cgroups until then. */
async function untilDone(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
      await setTimeout(betweenAttempts);
    }
  }
}

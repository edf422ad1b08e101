import type { Clock, Container } from '@vk/node/provider';
import { FileError } from '../file-system/file-error.ts';
import { directoryNode, fileNode, isFolder } from '../file-system/nodes.ts';
import type { DeviceName, FileSystemNode } from '../file-system/nodes.ts';
import { pathParts } from '../file-system/paths.ts';
import { Storage } from '../file-system/storage.ts';
import { VirtualFileSystem } from '../file-system/virtual-file-system.ts';
import type { SignalName } from '../programs/process-signal.ts';
import { ProcessTable } from '../programs/process-table.ts';
import { programTable } from '../programs/program-table.ts';
import { defaultPath } from '../shell/run-program.ts';
import type { LogRing } from './log-ring.ts';
import type { Machine } from './machine.ts';
import type { PodVolumes } from './pod-volumes.ts';

export interface MachineOptions {
  readonly container: Container;
  readonly hostname: string;
  /** The contents of `/etc/hosts`. */
  readonly hosts: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly volumes: PodVolumes;
  /** How much may be written to the container's own files. */
  readonly limitBytes: number;
  readonly userId: number;
  readonly groupId: number;
  readonly clock: Clock;
  readonly now: () => number;
  readonly log: LogRing;
  /** Ends the main process; absent: it cannot be ended from within. */
  readonly killMain?: (signal: SignalName) => boolean;
}

/** Makes a container ready for programs: its files, its variables, its volumes. Nothing of it exists before somebody looks. */
export function createMachine(options: MachineOptions): Machine {
  const { container, hostname, environment, clock, now, log, userId, groupId } = options;
  const variables = new Map([
    ['PATH', defaultPath],
    ['HOSTNAME', hostname],
    ['HOME', userId === 0 ? '/root' : '/'],
    ...environment.map(({ name, value }) => [name, value] as const),
  ]);
  const workingDirectory = container.workingDir ?? '/';
  const files = filesOf(options, variables);
  files.makeDirectories(workingDirectory);
  return {
    hostname,
    files,
    environment: variables,
    workingDirectory,
    userId,
    groupId,
    clock,
    now,
    processes: new ProcessTable(options.killMain),
    programs: programTable,
    log,
  };
}

function filesOf(options: MachineOptions, variables: ReadonlyMap<string, string>): VirtualFileSystem {
  const { container, hostname, hosts, now } = options;
  const storage = new Storage(options.limitBytes);
  const root = directoryNode(storage, now());
  const files = new VirtualFileSystem(root, now);
  const put = (path: string, node: FileSystemNode): void => files.mount(path, node);
  const text = (path: string, content: string): void => put(path, fileNode(storage, Buffer.from(content), now()));
  const device = (path: string, name: DeviceName): void =>
    put(path, { kind: 'device', device: name, mode: 0o666, modifiedAt: now() });
  for (const path of ['/home', '/root', '/tmp', '/usr', '/var/log', '/var/run']) files.makeDirectories(path);
  for (const program of programTable.keys())
    put(`/bin/${program}`, { kind: 'program', program, mode: 0o755, modifiedAt: now() });
  for (const path of ['/sbin', '/usr/bin', '/usr/sbin']) files.makeLink(path, '/bin');
  text('/etc/hostname', `${hostname}\n`);
  text('/etc/hosts', hosts);
  text('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n');
  text('/etc/group', 'root:x:0:\n');
  device('/dev/null', 'null');
  device('/dev/zero', 'zero');
  device('/proc/1/fd/1', 'stdout');
  device('/proc/1/fd/2', 'stderr');
  const messages = container.terminationMessagePath ?? '/dev/termination-log';
  text(messages, '');
  // Those further up first, so that one within another is not hidden by it.
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => a.mountPath.length - b.mountPath.length);
  for (const { name, mountPath, subPath, subPathExpr } of mounts) {
    const below =
      subPathExpr?.replace(/\$\(([^)]+)\)/gu, (_, variable: string) => variables.get(variable) ?? '') ?? subPath;
    mountVolume(files, mountPath, within(options.volumes.root(name), below ?? '', now()));
  }
  return files;
}

function mountVolume(files: VirtualFileSystem, path: string, node: FileSystemNode): void {
  try {
    files.mount(path, node);
  } catch (error) {
    // Within a volume from the API there is no place for another one: the runtime fails such a container, this one lacks it.
    if (!(error instanceof FileError)) throw error;
  }
}

/** A part of a volume; a directory that is missing is made, where that is possible. */
function within(root: FileSystemNode, subPath: string, now: number): FileSystemNode {
  let node = root;
  for (const part of pathParts(subPath)) {
    if (!isFolder(node)) break;
    let next: FileSystemNode | undefined = node.kind === 'volume' ? node.read().get(part) : node.entries.get(part);
    if (next === undefined && node.kind === 'directory') {
      next = directoryNode(node.storage, now);
      node.entries.set(part, next);
    }
    if (next === undefined) return { kind: 'volume', mode: 0o755, modifiedAt: now, read: () => new Map() };
    node = next;
  }
  return node;
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Found } from '../cluster/find-binaries.ts';
import { findContainerd, type ContainerdPrograms } from './containerd/find-containerd.ts';
import { findCrio, type CrioPrograms } from './crio/find-crio.ts';
import { isExecutable } from './find-programs.ts';

/** The programs of the runtime lane. */
export type RuntimePrograms = ContainerdPrograms | CrioPrograms;

/**
 * The runtime whose programs lie in the directory that `VK_TEST_RUNTIME` names, `containerd` or `crio`; without it the containerd
 * of this machine. Never past one that is named.
 */
export function findRuntime(): Found<RuntimePrograms> {
  const directory = process.env['VK_TEST_RUNTIME'] || undefined;
  if (directory === undefined) return findContainerd();
  if (isExecutable(join(directory, 'containerd'))) return findContainerd(directory);
  if (isExecutable(join(directory, 'crio'))) return findCrio(directory);
  return { missing: `VK_TEST_RUNTIME names ${directory}, where there is neither containerd nor crio` };
}

/** For example `containerd 1.6.20`. */
export function runtimeVersion({ name, daemon }: RuntimePrograms): string {
  const text = execFileSync(daemon, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return `${name} ${/\d+\.\d+\.\d+\S*/u.exec(text)?.[0] ?? text.trim()}`;
}

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Found } from '../../cluster/find-binaries.ts';

/** The programs of the runtime lane. */
export interface ContainerdPrograms {
  readonly containerd: string;
  readonly ctr: string;
  readonly busybox: string;
  /** Where the CNI plugins are. */
  readonly cni: string;
}

const packages = ['containerd', 'runc', 'containernetworking-plugins', 'busybox-static', 'iptables', 'iproute2'];
const cniDirectories = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];
const installMilliseconds = 240_000;

/**
 * Looks for containerd, runc, the CNI plugins and a static busybox. Where they are missing and `CI` is set, Debian's packages
 * are installed, which takes root and apt-get.
 */
export function findContainerd(): Found<ContainerdPrograms> {
  if (process.platform !== 'linux') return { missing: 'containers need Linux' };
  if (userInfo().uid !== 0) return { missing: 'containerd needs root' };
  const missing = missingPrograms();
  if (missing.length > 0) {
    if (!process.env['CI']) {
      return { missing: `${missing.join(', ')} not found; install ${packages.join(' ')}, or set CI to have it done` };
    }
    const problem = installPackages();
    if (problem !== undefined) return { missing: `${missing.join(', ')} not found, and ${problem}` };
    const still = missingPrograms();
    if (still.length > 0)
      return { missing: `${still.join(', ')} not found, although ${packages.join(' ')} are installed` };
  }
  const [containerd, ctr, busybox, cni] = [program('containerd'), program('ctr'), program('busybox'), cniDirectory()];
  if (containerd === undefined || ctr === undefined || busybox === undefined || cni === undefined) {
    return { missing: 'containerd is not complete' };
  }
  return { found: { containerd, ctr, busybox, cni } };
}

function missingPrograms(): string[] {
  const names = ['containerd', 'ctr', 'runc', 'busybox', 'ip', 'nsenter'].filter((name) => program(name) === undefined);
  return cniDirectory() === undefined ? [...names, 'the CNI plugins'] : names;
}

/** On the PATH, or where Debian has the programs of the administrator. */
function program(name: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function cniDirectory(): string | undefined {
  return cniDirectories.find((directory) =>
    ['bridge', 'host-local', 'portmap'].every((plugin) => existsSync(join(directory, plugin))),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why it failed, or undefined. Several test files at once wait for each other. */
function installPackages(): string | undefined {
  if (program('apt-get') === undefined) return 'there is no apt-get to install it with';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=200'];
  for (const words of [
    ['update', '-q'],
    [...lock, 'install', '-y', '-q', '--no-install-recommends', ...packages],
  ]) {
    const { status, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8', timeout: installMilliseconds });
    if (status !== 0) return `apt-get ${words.at(-1) === '-q' ? 'update' : 'install'} failed: ${lastLine(stderr)}`;
  }
  return undefined;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Found } from '../../cluster/find-binaries.ts';
import { findCniPlugins, findProgram } from '../find-programs.ts';

/** The programs of the runtime lane on containerd. */
export interface ContainerdPrograms {
  readonly name: 'containerd';
  readonly daemon: string;
  readonly ctr: string;
  readonly busybox: string;
  /** Where the CNI plugins are. */
  readonly cni: string;
  /** Where containerd looks for its shim and for runc before the PATH. */
  readonly directory: string | undefined;
}

const packages = ['containerd', 'runc', 'containernetworking-plugins', 'busybox-static', 'iptables', 'iproute2'];
const installMilliseconds = 240_000;

/**
 * Looks for containerd, runc, the CNI plugins and a static busybox, first in the directory, if one is named, then on the PATH. Where
 * they are missing and `CI` is set, Debian's packages are installed, which takes root and apt-get.
 */
export function findContainerd(directory?: string): Found<ContainerdPrograms> {
  if (process.platform !== 'linux') return { missing: 'containers need Linux' };
  if (userInfo().uid !== 0) return { missing: 'containerd needs root' };
  const missing = missingPrograms(directory);
  if (missing.length > 0) {
    if (!process.env['CI']) {
      return { missing: `${missing.join(', ')} not found; install ${packages.join(' ')}, or set CI to have it done` };
    }
    const problem = installPackages();
    if (problem !== undefined) return { missing: `${missing.join(', ')} not found, and ${problem}` };
    const still = missingPrograms(directory);
    if (still.length > 0)
      return { missing: `${still.join(', ')} not found, although ${packages.join(' ')} are installed` };
  }
  const [daemon, ctr] = [findProgram('containerd', directory), findProgram('ctr', directory)];
  const [busybox, cni] = [findProgram('busybox'), findCniPlugins()];
  if (daemon === undefined || ctr === undefined || busybox === undefined || cni === undefined) {
    return { missing: 'containerd is not complete' };
  }
  return { found: { name: 'containerd', daemon, ctr, busybox, cni, directory } };
}

function missingPrograms(directory: string | undefined): string[] {
  const wanted = ['containerd', 'ctr', 'runc', 'busybox', 'ip', 'nsenter'];
  const names = wanted.filter((name) => findProgram(name, directory) === undefined);
  return findCniPlugins() === undefined ? [...names, 'the CNI plugins'] : names;
}

/** Why it failed, or undefined. Several test files at once wait for each other. */
function installPackages(): string | undefined {
  if (findProgram('apt-get') === undefined) return 'there is no apt-get to install it with';
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

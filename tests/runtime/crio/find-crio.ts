import { userInfo } from 'node:os';
import type { Found } from '../../cluster/find-binaries.ts';
import { findCniPlugins, findProgram } from '../find-programs.ts';

/** The programs of the runtime lane on CRI-O. */
export interface CrioPrograms {
  readonly name: 'cri-o';
  readonly daemon: string;
  readonly crictl: string;
  readonly conmon: string;
  readonly pinns: string;
  readonly runc: string;
  readonly busybox: string;
  /** Where the CNI plugins are. */
  readonly cni: string;
  /** Where the programs of CRI-O are. */
  readonly directory: string;
}

/**
 * Looks for what CRI-O needs, first in the directory, then on the PATH. Nothing is installed. Without `nft` CRI-O 1.34 crashes at the
 * first port of the host.
 */
export function findCrio(directory: string): Found<CrioPrograms> {
  if (process.platform !== 'linux') return { missing: 'containers need Linux' };
  if (userInfo().uid !== 0) return { missing: 'CRI-O needs root' };
  const [daemon, crictl, conmon, pinns, runc, nft, busybox, cni] = [
    findProgram('crio', directory),
    findProgram('crictl', directory),
    findProgram('conmon', directory),
    findProgram('pinns', directory),
    findProgram('runc', directory),
    findProgram('nft', directory),
    findProgram('busybox'),
    findCniPlugins(),
  ];
  if (
    daemon === undefined ||
    crictl === undefined ||
    conmon === undefined ||
    pinns === undefined ||
    runc === undefined ||
    nft === undefined ||
    busybox === undefined ||
    cni === undefined
  ) {
    const all = { crio: daemon, crictl, conmon, pinns, runc, nft, busybox, 'the CNI plugins': cni };
    const names = Object.entries(all).flatMap(([name, found]) => (found === undefined ? [name] : []));
    return { missing: `${names.join(', ')} not found, neither in ${directory} nor on the PATH` };
  }
  return { found: { name: 'cri-o', daemon, crictl, conmon, pinns, runc, busybox, cni, directory } };
}

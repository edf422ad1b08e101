import type { Pod } from '../../provider/wire.ts';
import { resizableContainers } from '../machine/pod-resources.ts';

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const everyAddress = '0.0.0.0';

/**
 * Whether no other pod has one of the pod's host ports: the same port and protocol at the same address, or at every address.
 * Init containers that end do not count, as with the scheduler.
 *
 * Source: `HostPortInfo` of k8s.io/kube-scheduler and `GetHostPorts` of the scheduler.
 */
export function hostPortsAreFree(pod: Pod, others: readonly Pod[]): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return true;
  const taken = others.flatMap(hostPorts);
  return !wanted.some((mine) => taken.some((theirs) => collide(mine, theirs)));
}

/** Sidecars and regular containers are those whose resources may change, and those that stay. */
function hostPorts({ spec }: Pod): HostPort[] {
  const staying = spec === undefined ? [] : resizableContainers(spec);
  return staying
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostIP, protocol, hostPort }) => ({
      // Defaults are told by an empty text as well.
      ip: hostIP || everyAddress,
      protocol: protocol || 'TCP',
      port: hostPort ?? 0,
    }));
}

function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === everyAddress || b.ip === everyAddress;
}

import { type Amounts, podRequests } from '../resources/pods/pod-resources.ts';
import type { Pod } from '../resources/pods/pod-types.ts';

const nanoPerUnit = 1_000_000_000n;
const nanoPerMilli = 1_000_000n;

/** A port of the host that a container wants for itself. */
export interface HostPort {
  address: string;
  protocol: string;
  port: number;
}

/** What a pod takes of a node, worked out once. */
export interface PodDemand {
  /** By resource name: thousandths of a processor for `cpu`, whole units for all others. */
  amounts: ReadonlyMap<string, number>;
  hostPorts: readonly HostPort[];
}

/** An amount in the unit that the scheduler counts in, rounded up. */
export function schedulingUnits(name: string, nano: bigint): number {
  const unit = name === 'cpu' ? nanoPerMilli : nanoPerUnit;
  return Number((nano + unit - 1n) / unit);
}

/** All amounts in the units that the scheduler counts in. */
export function inSchedulingUnits(amounts: Amounts): Map<string, number> {
  return new Map([...amounts].map(([name, nano]) => [name, schedulingUnits(name, nano)]));
}

/** Works out what a pod takes. Host ports of sidecars count, those of init containers that end do not. */
export function demandOf(pod: Pod): PodDemand {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const hostPorts = [...pod.spec.containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [{ address: hostIP || '0.0.0.0', protocol: protocol || 'TCP', port: hostPort }] : [],
    ),
  );
  return { amounts: inSchedulingUnits(podRequests(pod)), hostPorts };
}

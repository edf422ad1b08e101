import type { Pod } from '@vk/node/provider';
import { PortMapping, Protocol } from '../generated/api.ts';

/** The ports of the host that lead into the pod. Others need no mapping: the pod has an address of its own. */
export function portMappings({ spec }: Pod): PortMapping[] {
  if (spec?.hostNetwork === true) return [];
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...sidecars, ...(spec?.containers ?? [])].flatMap((container) => container.ports ?? []);
  return ports
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostPort = 0, containerPort, hostIP = '', protocol }) =>
      PortMapping.fromPartial({ hostPort, containerPort, hostIp: hostIP, protocol: protocolOf(protocol) }),
    );
}

function protocolOf(protocol: string | undefined): Protocol {
  if (protocol === 'UDP') return Protocol.UDP;
  return protocol === 'SCTP' ? Protocol.SCTP : Protocol.TCP;
}

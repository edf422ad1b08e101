import type { NodeShape } from '@vk/node/provider';
import type { NodeSettings } from './config.ts';

/** Keeps load balancers from sending traffic to a node that serves none. A kubelet's credentials may set it (NodeRestriction). */
const excludeFromLoadBalancers = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** What the mock says of its node. The reasons are a kubelet's. */
export function nodeShape(settings: NodeSettings): NodeShape {
  const { cpu, memory, pods, others, providerID } = settings;
  return {
    capacity: { cpu, memory, pods, ...others },
    labels: { [excludeFromLoadBalancers]: 'true' },
    ...(providerID !== undefined && { providerID }),
    nodeInfo: { osImage: 'none', kernelVersion: 'none', containerRuntimeVersion: 'mock' },
    conditions: [
      healthy('MemoryPressure', 'KubeletHasSufficientMemory', 'a mock uses no memory of its node'),
      healthy('DiskPressure', 'KubeletHasNoDiskPressure', 'a mock uses no disk of its node'),
      healthy('PIDPressure', 'KubeletHasSufficientPID', 'a mock starts no processes'),
      healthy('NetworkUnavailable', 'RouteCreated', 'a mock needs no network'),
    ],
  };
}

function healthy(type: string, reason: string, message: string): NonNullable<NodeShape['conditions']>[number] {
  return { type, status: 'False', reason, message };
}

import type { Node, Taint } from '../../resources/nodes/node-types.ts';
import type { Pod, PodSpec } from '../../resources/pods/pod-types.ts';

const metadata = { resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };

/** A node with room for two processors and three pods, unless something else is said. */
export function schedulingNode(
  name: string,
  options: {
    labels?: Record<string, string>;
    taints?: Taint[];
    unschedulable?: boolean;
    allocatable?: Record<string, string>;
  } = {},
): Node {
  const { labels = {}, taints = [], unschedulable = false } = options;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...metadata, name, uid: `uid-of-${name}`, labels },
    spec: { taints, unschedulable },
    status: { allocatable: { cpu: '2', memory: '4Gi', pods: '3', ...options.allocatable } },
  };
}

/** A pod of the default scheduler with one container. */
export function schedulingPod(name: string, spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name, namespace: 'default', uid: `uid-of-${name}`, generation: 1 },
    spec: { containers: [{ name: 'a' }], schedulerName: 'default-scheduler', ...spec },
    status: { phase: 'Pending' },
  };
}

/** A container that requests so much. */
export function requesting(requests: Record<string, string>): PodSpec['containers'] {
  return [{ name: 'a', resources: { requests } }];
}

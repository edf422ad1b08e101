import type { NodeShape } from '../provider/node-provider.ts';
import type { Node, NodeCondition, NodeStatus, Taint } from '../provider/wire.ts';

/** What the core knows of a node besides what its provider says. */
export interface NodeIdentity {
  readonly name: string;
  readonly operatingSystem: 'linux' | 'windows';
  readonly architecture: string;
  /** For example `v1.36.0-vk-1.0.0`: kubectl shows it as VERSION. */
  readonly kubeletVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Put on the Node when it is created, never afterwards. */
  readonly taints: readonly Taint[];
  /** The port of the kubelet API; 0 while there is none. */
  readonly kubeletPort: number;
  /** What `status.declaredFeatures` names (KEP-5328): sorted, each once. Empty where nothing is declared. */
  readonly declaredFeatures: readonly string[];
}

/**
 * The labels of every virtual node. All of them are among those that NodeRestriction lets a node set on itself, so
 * `kubernetes.io/role`, which upstream sets, is not.
 */
function defaultLabels(identity: NodeIdentity): Record<string, string> {
  return {
    type: 'virtual-kubelet',
    'kubernetes.io/hostname': identity.name,
    'kubernetes.io/os': identity.operatingSystem,
    'kubernetes.io/arch': identity.architecture,
  };
}

/** Conditions of a node whose provider says nothing of them, with the kubelet's reasons. */
const defaultConditions: readonly Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>[] = [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'the provider reports no memory pressure',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'the provider reports no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'the provider reports no PID pressure',
  },
];

/** Without any capacity a scheduler would never place a pod; a provider that knows better says so in its shape. */
export const defaultCapacity: Readonly<Record<string, string>> = { cpu: '20', memory: '100Gi', pods: '110' };

/** The Node as it should be, without times on its conditions. */
export function desiredNode(identity: NodeIdentity, shape: NodeShape, ready: NodeCondition): Node {
  const operatingSystem = shape.operatingSystem ?? identity.operatingSystem;
  const architecture = shape.architecture ?? identity.architecture;
  const labels = {
    ...defaultLabels({ ...identity, operatingSystem, architecture }),
    ...shape.labels,
    ...identity.labels,
  };
  const taints = [...identity.taints, ...(shape.taints ?? [])];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: identity.name, labels, annotations: { ...shape.annotations, ...identity.annotations } },
    spec: {
      ...(taints.length > 0 && { taints }),
      ...(shape.providerID !== undefined && { providerID: shape.providerID }),
    },
    status: desiredNodeStatus(identity, { ...shape, operatingSystem, architecture }, ready),
  };
}

function desiredNodeStatus(identity: NodeIdentity, shape: NodeShape, ready: NodeCondition): NodeStatus {
  const given = new Map((shape.conditions ?? []).map((condition) => [condition.type, condition]));
  const capacity = { ...(shape.capacity ?? defaultCapacity) };
  return {
    capacity,
    allocatable: { ...(shape.allocatable ?? capacity) },
    addresses: shape.addresses ?? [],
    conditions: [
      ...new Map<string, NodeCondition>([
        ...defaultConditions.map((condition) => [condition.type, condition] as const),
        ...given,
        ['Ready', ready],
      ]).values(),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: identity.kubeletPort } },
    ...(identity.declaredFeatures.length > 0 && { declaredFeatures: identity.declaredFeatures }),
    nodeInfo: {
      architecture: shape.architecture ?? identity.architecture,
      bootID: '',
      containerRuntimeVersion: '',
      kernelVersion: '',
      kubeProxyVersion: '',
      kubeletVersion: identity.kubeletVersion,
      machineID: '',
      operatingSystem: shape.operatingSystem ?? identity.operatingSystem,
      osImage: '',
      systemUUID: '',
      ...shape.nodeInfo,
    },
    ...(shape.images !== undefined && { images: shape.images }),
  };
}

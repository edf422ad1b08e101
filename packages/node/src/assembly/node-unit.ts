import type { EnvironmentNode } from '../environment/environment-sources.ts';
import { EventRecorder } from '../kube/event-recorder.ts';
import type { KubeClient } from '../kube/client.ts';
import { KubeNodeApi } from '../node-object/kube-node-api.ts';
import { NodeController } from '../node-object/node-controller.ts';
import { defaultCapacity } from '../node-object/node-object.ts';
import type { NodeSource } from '../node-object/node-source.ts';
import { KubePodApi } from '../pods/kube-pod-api.ts';
import { PodController } from '../pods/pod-controller.ts';
import type { PodSource } from '../pods/pod-source.ts';
import { ProviderCalls } from '../pods/provider-calls.ts';
import { capabilitiesOf } from '../provider/capabilities.ts';
import type { BackendRetention, ProviderDefinition } from '../provider/define-provider.ts';
import type { NodeShape } from '../provider/node-provider.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PodEvent } from '../provider/provider-context.ts';
import type { Provider } from '../provider/provider.ts';
import type { NodeAddress } from '../provider/wire.ts';
import { TracedNodeApi } from '../telemetry/traced-node-api.ts';
import { TracedPodApi } from '../telemetry/traced-pod-api.ts';
import type { NodeFigures } from '../telemetry/node-figures.ts';
import { unitTelemetry } from '../telemetry/unit-telemetry.ts';
import type { BackoffOptions } from '../work/backoff.ts';
import type { SharedSlots } from '../work/shared-slots.ts';
import type { ResolvedNodesOptions } from './node-options.ts';
import type { SharedResources } from './shared-resources.ts';

/** What one node needs of the process that it is part of. */
export interface NodeUnitOptions {
  readonly name: string;
  readonly client: KubeClient;
  readonly clusterId: string;
  readonly definition: ProviderDefinition;
  /** Checked by the provider's schema. */
  readonly config: unknown;
  readonly connection: Awaited<ReturnType<NonNullable<ProviderDefinition['connect']>>>;
  readonly pods: PodSource;
  readonly nodes: NodeSource;
  readonly resources: SharedResources;
  /** For the work on pods, and for the writes about them, of all nodes of the process. */
  readonly workSlots: SharedSlots;
  readonly writeSlots: SharedSlots;
  readonly settings: ResolvedNodesOptions;
}

/** Retries of work on a pod: as client-go's controllers begin, but capped at a minute, and without end. */
const podRetry: BackoffOptions = {
  initialMilliseconds: 200,
  maximumMilliseconds: 60_000,
  factor: 2,
  jitter: 0.2,
  resetAfterMilliseconds: 120_000,
};
const nodeRetry: BackoffOptions = { ...podRetry, maximumMilliseconds: 7_000 };

/** One node of the process: its provider, its Node object and its pods. */
export interface NodeUnit {
  readonly name: string;
  readonly provider: Provider;
  readonly node: NodeController;
  readonly pods: PodController;
  readonly events: EventRecorder;
  figures(): NodeFigures;
}

/** Makes the provider of one node and the two controllers around it. */
export async function createNodeUnit(options: NodeUnitOptions, signal: AbortSignal): Promise<NodeUnit> {
  const { name, client, clusterId, definition, config, resources, settings } = options;
  const { clock, random } = settings;
  const log = settings.log.with({ node: name });
  const telemetry = unitTelemetry({
    metrics: settings.metrics,
    clock,
    nodeName: name,
    leaseDurationSeconds: settings.leaseDurationSeconds,
    observe: settings.observeProviderCall,
  });
  const onDropped = (): void => settings.metrics.eventDropped();
  const events = new EventRecorder({
    client,
    clock,
    log,
    nodeName: name,
    random,
    onDropped,
    observeWrite: telemetry.observeEvent,
    holdMilliseconds: eventHoldMilliseconds,
  });
  const recordEvent = (ref: PodRef, event: PodEvent): void =>
    events.record({ apiVersion: 'v1', kind: 'Pod', ...ref }, event);
  const provider = await definition.create(
    {
      ...resources.callback,
      clusterId,
      nodeName: name,
      operatingSystem: settings.operatingSystem,
      addresses: settings.addresses,
      clusterDomain: settings.clusterDomain,
      config,
      env: settings.env,
      clock,
      log: log.with({ provider: definition.name }),
      recordEvent,
      observeStep: telemetry.observeSteps,
      countImageCheck: (result) => settings.metrics.imageChecked(result),
    },
    options.connection,
  );
  const calls = new ProviderCalls({
    clock,
    log,
    timeoutMilliseconds: settings.providerTimeoutMilliseconds,
    patienceMilliseconds: 10_000,
    observe: telemetry.observeCalls,
  });
  const shape = await orClosed(provider, nodeShape(name, provider, calls, settings.addresses, signal));
  const nodeApi = new TracedNodeApi(new KubeNodeApi(client, name), telemetry.node);
  const node = new NodeController({
    identity: {
      name,
      operatingSystem: settings.operatingSystem,
      architecture: settings.architecture,
      kubeletVersion: settings.kubeletVersion,
      labels: settings.labels,
      annotations: settings.annotations,
      taints: settings.taints,
      kubeletPort: 0,
      declaredFeatures: [],
    },
    shape,
    provider: telemetry.observeNode(provider),
    api: nodeApi,
    source: options.nodes,
    clock,
    log,
    adoptNode: settings.adoptNode,
    pingIntervalMilliseconds: settings.pingIntervalMilliseconds,
    pingTimeoutMilliseconds: settings.pingTimeoutMilliseconds,
    reportMilliseconds: settings.statusReportMilliseconds,
    leaseDurationSeconds: settings.leaseDurationSeconds,
    retry: nodeRetry,
    random,
    onContention: () => tellContention(events, name),
  });
  const hostIPs = (): string[] =>
    (node.shape.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  const environmentNode = (): EnvironmentNode => ({
    allocatable: node.shape.allocatable ?? node.shape.capacity ?? defaultCapacity,
    hostIPs: hostIPs(),
  });
  const pods = new PodController({
    source: options.pods,
    api: new TracedPodApi(new KubePodApi({ client, nodeName: name, clock, concurrency: statusWrites }), telemetry.pods),
    telemetry: telemetry.pods,
    provider,
    capabilities: capabilitiesOf(provider),
    calls,
    injected: definition.injected,
    retention: retentionOf(definition, config),
    preparation: {
      acquire: (pod, onChange) => resources.pods.acquire(pod, onChange),
      prepareVolumes: (pod, handle, inner) => resources.prepareVolumes(pod, handle, environmentNode(), inner),
      node: environmentNode,
      forget: resources.forget,
    },
    node: { current: () => node.node, read: (inner) => nodeApi.getNode(inner) },
    clock,
    log,
    workers: settings.podSyncWorkers,
    workSlots: options.workSlots,
    slotTimeoutMilliseconds: 5_000,
    statusWrites,
    writeSlots: options.writeSlots,
    pollMilliseconds: settings.pollIntervalMilliseconds ?? definition.pollIntervalMilliseconds ?? 5_000,
    relistMilliseconds: 300_000,
    retry: podRetry,
    random,
    stamp: ({ namespace, name: pod, uid }): OwnershipStamp => ({
      clusterId,
      nodeName: name,
      namespace,
      name: pod,
      uid,
    }),
    hostIP: () => hostIPs()[0],
    recordEvent,
  });
  return { name, provider, node, pods, events, figures: () => telemetry.figures(node, pods) };
}

/** Longer than a container runtime takes for a sandbox or a container that starts, shorter than anybody would notice. */
const eventHoldMilliseconds = 250;

/** How many status writes of one node are in flight at most: as many as the client has connections. */
const statusWrites = 64;

/** A provider that no unit is made of is closed here: nobody else knows of it. */
async function orClosed<T>(provider: Provider, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    await provider.close?.();
    throw error;
  }
}

async function nodeShape(
  name: string,
  provider: Provider,
  calls: ProviderCalls,
  addresses: readonly NodeAddress[],
  signal: AbortSignal,
): Promise<NodeShape> {
  const shape = await calls.run({ method: 'configureNode' }, { signal }, async (call) =>
    provider.configureNode?.({ name }, call),
  );
  return { ...shape, addresses: shape?.addresses ?? addresses };
}

function retentionOf(definition: ProviderDefinition, config: unknown): BackendRetention {
  return definition.retention?.(config) ?? 'durable';
}

function tellContention(events: EventRecorder, name: string): void {
  events.record(
    { apiVersion: 'v1', kind: 'Node', name, uid: name },
    {
      type: 'Warning',
      reason: 'NodeLeaseContention',
      message: 'Another process renews the lease of this node: two virtual kubelets run under one name',
    },
  );
}

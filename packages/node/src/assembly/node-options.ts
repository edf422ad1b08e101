import type { KubeClient } from '../kube/client.ts';
import type { OnExit } from '../node-object/on-exit.ts';
import type { ProviderCallObserver } from '../pods/provider-calls.ts';
import type { ProviderDefinition } from '../provider/define-provider.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { NodeAddress, Taint } from '../provider/wire.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import { systemClock, type Clock } from '../work/clock.ts';
import type { KubeletApiSettings } from './kubelet-api-settings.ts';

/** Options of {@link createNodes}. Only the names, the client and the provider are needed. */
export interface NodesOptions {
  /** The names of the Nodes. They share the watches, the events and the provider's connection. */
  readonly names: readonly string[];
  /** From `createKubeClient`. The caller closes it, after `run` has ended. */
  readonly client: KubeClient;
  readonly provider: ProviderDefinition;
  /** The provider's options, before its schema has checked them; or those of each node by its name. Defaults to `{}`. */
  readonly config?: unknown;
  readonly configFor?: (nodeName: string) => unknown;
  /** Given to the provider instead of the process's own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Silent by default. */
  readonly log?: Logger;
  readonly clock?: Clock;
  /** For jitter; between 0 and 1. */
  readonly random?: () => number;
  /** Part of every backend object's stamp. Defaults to the UID of the kube-system namespace. */
  readonly clusterId?: string;
  /** Defaults to `cluster.local`. */
  readonly clusterDomain?: string;
  readonly operatingSystem?: 'linux' | 'windows';
  /** As in the label kubernetes.io/arch. Defaults to `amd64`. */
  readonly architecture?: string;
  readonly kubeletVersion?: string;
  /** Used where the provider's shape names none. */
  readonly addresses?: readonly NodeAddress[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Put on a Node when it is created. */
  readonly taints?: readonly Taint[];
  /** Take over a Node that was not made by a virtual kubelet. Off by default. */
  readonly adoptNode?: boolean;
  /** Defaults to `leave`. */
  readonly onExit?: OnExit;
  /** How many pods of a node are worked on at once. Defaults to 10. */
  readonly podSyncWorkers?: number;
  /** How long a provider call may take. Defaults to 120,000. */
  readonly providerTimeoutMilliseconds?: number;
  /** Overrides the interval that the provider names, for one without notifications. */
  readonly pollIntervalMilliseconds?: number;
  /** Defaults to 10,000. */
  readonly pingIntervalMilliseconds?: number;
  /** Defaults to 10,000. */
  readonly pingTimeoutMilliseconds?: number;
  /** How often the Node's status is reported when nothing changes. Defaults to 300,000. */
  readonly statusReportMilliseconds?: number;
  /** Defaults to 40. */
  readonly leaseDurationSeconds?: number;
  /** How long everything together may take to stop by itself before it is cut off. Defaults to 30,000. */
  readonly shutdownGraceMilliseconds?: number;
  /** Serves the kubelet API. Without it nothing listens, and the Nodes publish no port. */
  readonly kubeletApi?: KubeletApiSettings;
  /** What is recorded of the nodes; `metrics.registry.text()` gives it. By default it is recorded for nobody. */
  readonly metrics?: CoreMetrics;
  /** Sees every call that the nodes make of their providers, subscriptions too; not those for a request to the kubelet API. */
  readonly observeProviderCall?: ProviderCallObserver;
}

type Defaulted =
  | 'env'
  | 'log'
  | 'clock'
  | 'random'
  | 'clusterDomain'
  | 'operatingSystem'
  | 'architecture'
  | 'kubeletVersion'
  | 'addresses'
  | 'labels'
  | 'annotations'
  | 'taints'
  | 'adoptNode'
  | 'onExit'
  | 'podSyncWorkers'
  | 'providerTimeoutMilliseconds'
  | 'pingIntervalMilliseconds'
  | 'pingTimeoutMilliseconds'
  | 'statusReportMilliseconds'
  | 'leaseDurationSeconds'
  | 'shutdownGraceMilliseconds'
  | 'metrics'
  | 'configFor';

/** The options with every default filled in: the rest of the code sees no undefined. */
export type ResolvedNodesOptions = Omit<NodesOptions, Defaulted> & Required<Pick<NodesOptions, Defaulted>>;

/** All defaults in one place. */
export function resolveNodesOptions(options: NodesOptions): ResolvedNodesOptions {
  return {
    env: {},
    log: silentLogger,
    clock: systemClock,
    random: Math.random,
    clusterDomain: 'cluster.local',
    operatingSystem: 'linux',
    architecture: 'amd64',
    kubeletVersion: 'v1.36.0-vk',
    addresses: [],
    labels: {},
    annotations: {},
    taints: [],
    adoptNode: false,
    onExit: 'leave',
    podSyncWorkers: 10,
    providerTimeoutMilliseconds: 120_000,
    pingIntervalMilliseconds: 10_000,
    pingTimeoutMilliseconds: 10_000,
    statusReportMilliseconds: 300_000,
    leaseDurationSeconds: 40,
    shutdownGraceMilliseconds: 30_000,
    metrics: new CoreMetrics(),
    configFor: () => options.config ?? {},
    ...withoutUndefined(options),
  };
}

/** An option that is given as undefined is an option that is not given. */
function withoutUndefined(options: NodesOptions): NodesOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as NodesOptions;
}

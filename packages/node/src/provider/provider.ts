import type { Closable } from './closable.ts';
import type { ContainerLogs } from './container-logs.ts';
import type { NodeConfigurer, NodeProvider } from './node-provider.ts';
import type { PodLifecycleHandler } from './pod-lifecycle-handler.ts';
import type { PodNotifier } from './pod-notifier.ts';
import type { ContainerAttach, ContainerExec, PortForwarder, StreamingServer } from './run-in-container.ts';
import type {
  ContainerCheckpointer,
  ContainerMetricsProvider,
  ProbeMetricsProvider,
  ResourceMetricsProvider,
  StatsProvider,
} from './statistics.ts';

/** Everything that a provider may do besides running pods. A method that is there is supported; one that is not answers 501. */
export type OptionalCapabilities = PodNotifier &
  NodeProvider &
  NodeConfigurer &
  Closable &
  ContainerLogs &
  ContainerExec &
  ContainerAttach &
  PortForwarder &
  StreamingServer &
  StatsProvider &
  ResourceMetricsProvider &
  ContainerMetricsProvider &
  ProbeMetricsProvider &
  ContainerCheckpointer;

/** One node's provider. */
export type Provider = PodLifecycleHandler & Partial<OptionalCapabilities>;

/**
 * The provider contract, version v1: what a provider implements and what it builds on. No run-time dependency.
 * Start with {@link PodLifecycleHandler} and {@link defineProvider}.
 */
export type { BackendPod, GonePod } from './backend-pod.ts';
export type { CallContext } from './call-context.ts';
export { capabilitiesOf, type Capabilities, type CapabilityName } from './capabilities.ts';
export type { Closable } from './closable.ts';
export type { ContainerLogOptions, ContainerLogs, LogChunk } from './container-logs.ts';
export {
  contractVersion,
  defineProvider,
  type BackendRetention,
  type ConnectContext,
  type ProviderDefinition,
} from './define-provider.ts';
export {
  resolveArguments,
  resolveText,
  resolveVariables,
  type ContainerEnvironment,
  type DeferredField,
  type DeferredText,
  type DeferredValues,
  type DeferredVariable,
  type EnvironmentVariable,
  type ExpandedArgument,
  type ExpandedText,
  type PlainVariable,
} from './environment.ts';
export { InvalidInput } from './errors/invalid-input.ts';
export { NotFound } from './errors/not-found.ts';
export { ProviderError, type ProviderErrorCode } from './errors/provider-error.ts';
export { RetryAfter } from './errors/retry-after.ts';
export { retryDecision, type RetryDecision } from './errors/retry-decision.ts';
export { Terminal } from './errors/terminal.ts';
export { Unsupported } from './errors/unsupported.ts';
export { formatFieldErrors, type FieldError } from './field-error.ts';
export type { ImageCheckResult } from './image-check.ts';
export type { InjectedField, InjectedPolicy, InjectedTreatment } from './injected-fields.ts';
export type { Clock, Timer } from '../work/clock.ts';
export { silentLogger, type LogFields, type Logger } from './logger.ts';
export type { NodeConfigurer, NodeProvider, NodeShape } from './node-provider.ts';
export { ownershipFromLabels, ownershipLabels, podRefOfStamp, type OwnershipStamp } from './ownership.ts';
export type { AdmissionSurroundings, PodPreemption, PodRejection } from './pod-admission.ts';
export type { DeleteOptions, PodLifecycleHandler } from './pod-lifecycle-handler.ts';
export type { PodNotifier } from './pod-notifier.ts';
export { allContainersTerminated, isFinished, isTerminalPhase } from './pod-phase.ts';
export { formatPodRef, podRefOf, type PodRef } from './pod-ref.ts';
export { podStatus, type PodStatusOptions } from './pod-status.ts';
export type { PreparedPod } from './prepared-pod.ts';
export type { PreparedVolume, VolumeFile } from './prepared-volume.ts';
export type {
  ImageCredentials,
  PodEvent,
  ProviderContext,
  ResourceCallback,
  ServiceAccountToken,
  ServiceAccountTokenRequest,
} from './provider-context.ts';
export type { PodStep, PodStepObserver } from './pod-step.ts';
export type { OptionalCapabilities, Provider } from './provider.ts';
export type {
  AskedStreams,
  ContainerAttach,
  ContainerExec,
  ContainerStreams,
  DuplexStream,
  PortForwarder,
  StreamingAddress,
  StreamingServer,
  TerminalSize,
} from './run-in-container.ts';
export type {
  ContainerCheckpointer,
  ContainerMetricsProvider,
  ContainerStats,
  CpuStats,
  FileSystemStats,
  InterfaceStats,
  MemoryStats,
  MetricFamily,
  MetricSample,
  NetworkStats,
  NodeStats,
  PodStats,
  ProbeMetricsProvider,
  ResourceMetricsProvider,
  StatsProvider,
  StatsSummary,
  SwapStats,
  VolumeStats,
} from './statistics.ts';
export type * from './wire.ts';

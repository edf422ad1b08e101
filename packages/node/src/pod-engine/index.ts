/**
 * Pods out of containers: whoever has a {@link ContainerRuntime} gets a provider from {@link podProviderFrom}, with init
 * containers, sidecars, probes, hooks, restarts, termination messages and recovery after a crash.
 */
export type { EngineContext, PodProviderOptions } from './pod-provider-options.ts';
export { podProviderFrom } from './pod-provider.ts';
export type { ProbeOutcome } from './machine/engine-action.ts';
export { networkProbeRunner } from './probes/network-probe-runner.ts';
export type { GrpcTarget, HttpTarget, ProbeRunner, TcpTarget } from './probes/probe-runner.ts';
export type { ContainerConfig, ContainerRecord, RuntimeContainer } from './runtime/container.ts';
export type {
  ContainerRuntime,
  ExecSyncResult,
  RuntimeChange,
  RuntimeEventHandler,
  RuntimeFilter,
} from './runtime/container-runtime.ts';
export { qualityOfService, type QualityOfService } from './machine/quality-of-service.ts';
export { ExecTimeoutError } from './runtime/exec-timeout-error.ts';
export type { ImageStatus, PulledImage } from './runtime/image.ts';
export { ImagePulls, type ImagePullsOptions } from './images/image-pulls.ts';
export type {
  ImagePullCredentials,
  ImagePulledRecord,
  ImagePullRecords,
  ImagePullSecret,
} from './images/image-pull-records.ts';
export {
  allowlistPatternProblem,
  imageVerificationPolicies,
  type ImageVerification,
  type ImageVerificationPolicy,
} from './images/image-verification.ts';
export { MemoryImagePullRecords } from './images/memory-image-pull-records.ts';
export type { PodData } from './runtime/pod-data.ts';
export type { DnsConfig, PodResources, PodSandboxConfig, RuntimeSandbox } from './runtime/sandbox.ts';
export { parseQuantity, roundedUp, type Quantity } from '../environment/quantity.ts';
export { dockerConfigCredentials } from '../resources/registry-credentials.ts';

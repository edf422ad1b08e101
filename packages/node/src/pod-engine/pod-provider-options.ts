import type { ImageCheckResult } from '../provider/image-check.ts';
import type { Logger } from '../provider/logger.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { ImageCredentials, PodEvent } from '../provider/provider-context.ts';
import type { NodeAddress, Pod } from '../provider/wire.ts';
import type { Clock } from '../work/clock.ts';
import type { PodStepObserver } from '../provider/pod-step.ts';
import type { ImagePulls } from './images/image-pulls.ts';
import type { ProbeRunner } from './probes/probe-runner.ts';
import type { DnsConfig } from './runtime/sandbox.ts';

/** What the pod engine needs of a provider's context; a whole `ProviderContext` will do. */
export interface EngineContext {
  readonly clusterId: string;
  readonly nodeName: string;
  readonly addresses: readonly NodeAddress[];
  readonly clusterDomain: string;
  /** What containers run on: pods for another system are rejected. Defaults to `linux`. */
  readonly operatingSystem?: 'linux' | 'windows';
  readonly clock: Clock;
  readonly log: Logger;
  recordEvent(ref: PodRef, event: PodEvent): void;
  /** Counts and traces the steps of pods. */
  readonly observeStep?: PodStepObserver;
  /** Counts how it was decided which pods may use images that are there. */
  readonly countImageCheck?: (result: ImageCheckResult) => void;
  getImageCredentials(pod: Pod, image: string, signal: AbortSignal): Promise<readonly ImageCredentials[]>;
}

export interface PodProviderOptions {
  readonly context: EngineContext;
  /** The addresses of the cluster's DNS service. Empty by default: pods get the host's DNS. */
  readonly clusterDns?: readonly string[];
  /**
   * What the host itself resolves names with. Asked for each sandbox: hosts change it. What it throws is told of the pod as
   * FailedCreatePodSandBox, and the sandbox is tried again. Absent: nothing.
   */
  readonly hostDns?: () => DnsConfig | Promise<DnsConfig>;
  /** Defaults to probes from this process over the network. */
  readonly probes?: ProbeRunner;
  /** What the node has for pods, by resource: a pod that asks for more than is left keeps what it has. Absent: nobody counts. */
  readonly allocatable?: () => Readonly<Record<string, string>>;
  /** From 0 up to 1, for what is not to happen at once. Defaults to `Math.random`. */
  readonly random?: () => number;
  /** How often the runtime is listed beside its events. Defaults to 60,000 ms. */
  readonly relistMilliseconds?: number;
  /** How often it is listed while it tells of no events. Defaults to 1,000 ms. */
  readonly pollMilliseconds?: number;
  /**
   * How many sandboxes are started at a time, of all pods of the node, in the order in which the pods came. One that takes longer than
   * 2 s does not count any more. Defaults to as many as there are.
   */
  readonly maximumParallelSandboxStarts?: number;
  /** How many images are pulled at a time, of all pods of the node. Defaults to 5. */
  readonly maximumParallelImagePulls?: number;
  /**
   * Which pods may use an image that is there without pulling it. Where nodes share a runtime, they share this. By default what was
   * pulled is remembered as long as this provider lasts; images that were there before are for all pods.
   */
  readonly imagePulls?: ImagePulls;
  /** How long a call into the runtime may take. Defaults to 120,000 ms. */
  readonly callTimeoutMilliseconds?: number;
}

import type { ImageCheckResult } from '../../provider/image-check.ts';
import type { Logger } from '../../provider/logger.ts';
import type { OwnershipStamp } from '../../provider/ownership.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { PodStepObserver } from '../../provider/pod-step.ts';
import type { ImageCredentials, PodEvent } from '../../provider/provider-context.ts';
import type { Pod } from '../../provider/wire.ts';
import type { Clock } from '../../work/clock.ts';
import type { Slots } from '../../work/slots.ts';
import type { ImagePulls } from '../images/image-pulls.ts';
import type { EngineSettings } from '../machine/engine-settings.ts';
import type { ProbeRunner } from '../probes/probe-runner.ts';
import type { ContainerRuntime } from '../runtime/container-runtime.ts';
import type { DnsConfig } from '../runtime/sandbox.ts';
import type { DnsSettings } from '../sandbox/dns-config.ts';

/** What the driver works with, the same for all pods of a node. */
export interface EngineServices {
  readonly runtime: ContainerRuntime;
  /** Whose sandboxes are looked at: those of this node in this cluster. */
  readonly owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>;
  /** What containers run on here, in Go's words (`GOOS`). */
  readonly operatingSystem: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly probes: ProbeRunner;
  readonly settings: EngineSettings;
  readonly dns: Omit<DnsSettings, 'host'>;
  /** What the host itself resolves names with, at this moment. */
  readonly hostDns: () => DnsConfig | Promise<DnsConfig>;
  /** How long a call into the runtime may take, in milliseconds, where the call itself says nothing. */
  readonly callTimeoutMilliseconds: number;
  /** Milliseconds since the epoch that never go back, whatever happens to the wall clock. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** What the node has for pods, by resource. Absent: a resize always fits. */
  readonly allocatable?: () => Readonly<Record<string, string>>;
  readonly observeStep?: PodStepObserver;
  /** How many sandboxes are started at a time. */
  readonly sandboxSlots: Slots;
  /** How many images are pulled at a time. */
  readonly pullSlots: Slots;
  /** Which pods may use an image that is there. */
  readonly imagePulls: ImagePulls;
  readonly countImageCheck?: (result: ImageCheckResult) => void;
  readonly recordEvent: (ref: PodRef, event: PodEvent) => void;
  readonly getImageCredentials: (pod: Pod, image: string, signal: AbortSignal) => Promise<readonly ImageCredentials[]>;
}

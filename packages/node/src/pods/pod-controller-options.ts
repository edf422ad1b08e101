import type { Capabilities } from '../provider/capabilities.ts';
import type { BackendRetention } from '../provider/define-provider.ts';
import type { InjectedPolicy } from '../provider/injected-fields.ts';
import type { Logger } from '../provider/logger.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PodEvent } from '../provider/provider-context.ts';
import type { Provider } from '../provider/provider.ts';
import type { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import type { BackoffOptions } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import type { SharedSlots } from '../work/shared-slots.ts';
import type { PodApi } from './pod-api.ts';
import type { AdmittingNodeSource } from './pod-admission.ts';
import type { PodPreparerOptions } from './pod-preparer.ts';
import type { PodSource } from './pod-source.ts';
import type { ProviderCalls } from './provider-calls.ts';

/** All that the pod loop of one node needs, with every default filled in. */
export interface PodControllerOptions {
  readonly source: PodSource;
  readonly api: PodApi;
  readonly provider: Provider;
  readonly capabilities: Capabilities;
  readonly calls: ProviderCalls;
  readonly injected: InjectedPolicy;
  readonly retention: BackendRetention;
  readonly preparation: Pick<PodPreparerOptions, 'acquire' | 'prepareVolumes' | 'node' | 'forget'>;
  readonly node: AdmittingNodeSource;
  readonly clock: Clock;
  readonly log: Logger;
  /** How many pods are worked on at once. */
  readonly workers: number;
  /** What this work has in common with that of other nodes in the process. */
  readonly workSlots?: SharedSlots;
  /** After this long in one piece of work, another worker takes its place. */
  readonly slotTimeoutMilliseconds: number;
  /** How many status writes are in flight at most. */
  readonly statusWrites: number;
  /** What the writes of this node have in common with those of others in the process. */
  readonly writeSlots?: SharedSlots;
  readonly pollMilliseconds: number;
  readonly relistMilliseconds: number;
  readonly retry: BackoffOptions;
  readonly random?: () => number;
  /** The stamp that a pod of this node carries in the backend. */
  readonly stamp: (ref: PodRef) => OwnershipStamp;
  /** The node's InternalIP. */
  readonly hostIP: () => string | undefined;
  readonly recordEvent: (ref: PodRef, event: PodEvent) => void;
  /** Without one, nothing is measured. */
  readonly telemetry?: PodTelemetry;
}

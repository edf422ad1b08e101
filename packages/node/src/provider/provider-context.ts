import type { Clock } from '../work/clock.ts';
import type { ImageCheckResult } from './image-check.ts';
import type { Logger } from './logger.ts';
import type { PodRef } from './pod-ref.ts';
import type { PodStepObserver } from './pod-step.ts';
import type {
  ConfigMap,
  NodeAddress,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  RuntimeClass,
  Secret,
} from './wire.ts';

/** An event on a pod, shown by `kubectl describe`. Repeats are counted, not repeated. */
export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for programs: for example `BackOff`. */
  readonly reason: string;
  /** A sentence, for people. Never a Secret's contents. */
  readonly message: string;
  /** The part of the pod that it is about, for example `spec.containers{app}`. */
  readonly fieldPath?: string;
}

/** Credentials for one registry. */
export interface ImageCredentials {
  readonly registry: string;
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  /** The Secret that they came from. */
  readonly secret?: { readonly namespace: string; readonly name: string; readonly uid: string };
}

export interface ServiceAccountTokenRequest {
  /** One that the pod's own volumes name; otherwise NodeRestriction forbids it. */
  readonly audience: string;
  /** At least 600. */
  readonly expirationSeconds: number;
}

export interface ServiceAccountToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expirationTimestamp: string;
}

/** A provider's only way to the API server. Each method rejects when the API cannot be asked, and gives undefined for what is not there. */
export interface ResourceCallback {
  getSecret(namespace: string, name: string, signal: AbortSignal): Promise<Secret | undefined>;
  getConfigMap(namespace: string, name: string, signal: AbortSignal): Promise<ConfigMap | undefined>;
  /** From `spec.imagePullSecrets`, in order, those whose registry matches the image. */
  getImageCredentials(pod: Pod, image: string, signal: AbortSignal): Promise<readonly ImageCredentials[]>;
  getRuntimeClass(name: string, signal: AbortSignal): Promise<RuntimeClass | undefined>;
  getPersistentVolumeClaim(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<PersistentVolumeClaim | undefined>;
  getPersistentVolume(name: string, signal: AbortSignal): Promise<PersistentVolume | undefined>;
  /**
   * A token bound to the pod's name and UID (TokenRequest API).
   *
   * @throws InvalidInput when the pod's volumes do not name the audience and the API server refuses it for that.
   */
  getServiceAccountToken(
    ref: PodRef,
    request: ServiceAccountTokenRequest,
    signal: AbortSignal,
  ): Promise<ServiceAccountToken>;
}

/** What a provider is told once, when its node is made. */
export interface ProviderContext<Config> extends ResourceCallback {
  readonly clusterId: string;
  readonly nodeName: string;
  readonly operatingSystem: 'linux' | 'windows';
  readonly addresses: readonly NodeAddress[];
  /** For example `cluster.local`. */
  readonly clusterDomain: string;
  /** Checked and filled with defaults by the definition's schema. */
  readonly config: Config;
  /** The environment that the host program passes on: no provider reads the process's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
  recordEvent(ref: PodRef, event: PodEvent): void;
  /** Counts and traces what the provider does for a pod by itself. The pod engine uses it; most others have no need of it. */
  readonly observeStep?: PodStepObserver;
  /** Counts how it was decided which pods may use images that are on the node. For the pod engine, too. */
  readonly countImageCheck?: (result: ImageCheckResult) => void;
}

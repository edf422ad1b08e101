import { isOlderResourceVersion } from '../kube/resource-version.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import type { PodRejection } from '../provider/pod-admission.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PreparedPod } from '../provider/prepared-pod.ts';
import type { Pod, PodStatus } from '../provider/wire.ts';

/** What is known of the backend's object for one pod. */
export type BackendState =
  /** Nobody has looked since something may have changed it: look before acting. */
  | { readonly presence: 'unknown' }
  | { readonly presence: 'absent' }
  | {
      readonly presence: 'present';
      readonly status?: PodStatus;
      readonly ownership?: OwnershipStamp;
      readonly appliedHash?: string;
    };

/** A stop that the backend has accepted. */
export interface DeletionRequest {
  readonly gracePeriodSeconds: number;
  /** Monotonic milliseconds at which the grace is over. */
  readonly deadline: number;
}

/** A status that the API server took. */
export interface StatusWrite {
  /** What the patch was made from. */
  readonly over: Pod;
  readonly status: PodStatus;
  /** The resourceVersion that the write made. */
  readonly version: string;
}

/** A call into the provider that is under way. */
export interface RunningCall {
  readonly method: string;
  abort(reason: Error): void;
}

/**
 * Everything that the process knows of one pod UID. The watch writes the API side, the backend feed and the provider calls
 * write the backend side, and the reconciler reads both.
 */
export interface PodRecord {
  readonly ref: PodRef;
  /** The newest object seen, by the watch or by a look; undefined when the API has none. */
  pod: Pod | undefined;
  /**
   * The resourceVersion that a write of ours made, or a look at the API server found, and the watch has not reached yet. Until
   * it does, what it brings of this pod is older.
   */
  aheadVersion: string | undefined;
  /** The last status write that the API server took, until the watch brings anything after it. */
  ownWrite: StatusWrite | undefined;
  /** The object changed since the backend was heard, maybe by somebody else: its next report is compared with what the API shows now. */
  changedInApi: boolean;
  /** The last object before the API lost it: it still says which grace period was asked for. */
  lastPod: Pod | undefined;
  /** The API's own answer to this process (a live read or a delete) said that the UID is gone. */
  goneConfirmed: boolean;
  backend: BackendState;
  /** The status that the backend reported last, also when it has no such object any more: what an end is told from. */
  lastReported: PodStatus | undefined;
  /** The sequence number of the newest knowledge of the backend; a read that began before it is out of date. */
  backendSequence: number;
  /** The backend accepted it, in this process. */
  accepted: boolean;
  /** This process has known its object to be in the backend: when it is absent from then on, it is lost. */
  seen: boolean;
  /** For `forgets-finished` backends: whether the API has been told that the pod is taken, before it is created. */
  acknowledgement: 'none' | 'wanted' | 'written';
  /** The provider was handed a pod that it had from a process before: `bare` without what the pod refers to. */
  adoption: 'none' | 'bare' | 'whole';
  /** What was sent last. */
  sent: PreparedPod | undefined;
  /** The hash of the spec that this backend will not run or cannot update to: not tried again until it changes. */
  refusedHash: string | undefined;
  /** What a node that counts what it has decided on the pod, before it was created by this process. */
  admission: 'none' | 'admitted' | PodRejection;
  /** It is ended so that a critical pod has room: it stops, and is Failed. */
  preempted: boolean;
  /** It was admitted, and is created when these have ended. */
  roomFrom: readonly PodRecord[];
  deletion: DeletionRequest | undefined;
  /** The DELETE that ends the API object has been answered with success. */
  apiDeleteDone: boolean;
  call: RunningCall | undefined;
  /** Which status write was acknowledged as terminal. */
  terminalAcknowledged: boolean;
  /** Events that are worth telling once in a pod's life. */
  told: readonly string[];
}

/** True when the API server has a newer version of the pod than is known here: the watch will bring it. */
export function isBehind({ pod, aheadVersion }: PodRecord): boolean {
  if (pod === undefined || aheadVersion === undefined) return false;
  return isOlderResourceVersion(pod.metadata?.resourceVersion ?? '', aheadVersion);
}

/** One list for all pods that have nothing in it. */
const none: readonly never[] = [];

export function newPodRecord(ref: PodRef): PodRecord {
  return {
    ref,
    pod: undefined,
    aheadVersion: undefined,
    ownWrite: undefined,
    changedInApi: false,
    lastPod: undefined,
    goneConfirmed: false,
    backend: { presence: 'unknown' },
    lastReported: undefined,
    backendSequence: 0,
    accepted: false,
    seen: false,
    acknowledgement: 'none',
    adoption: 'none',
    sent: undefined,
    refusedHash: undefined,
    admission: 'none',
    preempted: false,
    roomFrom: none,
    deletion: undefined,
    apiDeleteDone: false,
    call: undefined,
    terminalAcknowledged: false,
    told: none,
  };
}

import type { BackendPod } from './backend-pod.ts';
import type { CallContext } from './call-context.ts';
import type { FieldError } from './field-error.ts';
import type { AdmissionSurroundings, PodPreemption, PodRejection } from './pod-admission.ts';
import type { PodRef } from './pod-ref.ts';
import type { PreparedPod } from './prepared-pod.ts';
import type { Pod, PodStatus } from './wire.ts';

/** How a pod is to be stopped. */
export interface DeleteOptions {
  /** What is left of the grace period, in seconds; 0 means kill. */
  readonly gracePeriodSeconds: number;
  /** The pod as in the API; missing for an object that the API no longer has. */
  readonly pod?: Pod;
}

/** What every provider implements. Each method may be called again with the same arguments and must then change nothing more. */
export interface PodLifecycleHandler {
  /**
   * Creates the pod in the backend. Idempotent by UID: when an object for this UID exists, it is adopted, not doubled.
   * Resolves when the backend has accepted it; progress comes by status. Aborted on deadline, shutdown and deletion of the pod.
   *
   * @throws Unsupported, InvalidInput, Terminal: not tried again until the pod changes. RetryAfter: tried then. Others: retried with backoff.
   */
  createPod(pod: PreparedPod, call: CallContext): Promise<void>;

  /**
   * For a backend that leaves restarts and probes to this process: hands over a pod that a process before this one created.
   * Called after a restart, before any other call for the pod but `getPod`, as soon as the pod is found in the backend. What
   * runs is gone on with; nothing is created that is there.
   *
   * `prepared` is missing for a pod that stops or has ended, and while something that it refers to is missing: then nothing may
   * be started, and the call comes again with it.
   */
  adoptPod?(pod: Pod, prepared: PreparedPod | undefined, call: CallContext): Promise<void>;

  /**
   * Brings a pod that exists in the backend to the new spec. `previous` is what was sent before, where this process sent it.
   *
   * @throws Unsupported when the backend cannot change this: an event says so and the pod goes on as it is.
   */
  updatePod(pod: PreparedPod, previous: PreparedPod | undefined, call: CallContext): Promise<void>;

  /**
   * Asks the pod to stop. Resolves when the backend has accepted; the end is reported by status. It may come again, with a shorter grace.
   *
   * @throws NotFound when there is no such pod: a success.
   */
  deletePod(ref: PodRef, options: DeleteOptions, call: CallContext): Promise<void>;

  /** Frees what is left of the pod, once its terminal status is acknowledged and the API object is gone. */
  removePod?(ref: PodRef, call: CallContext): Promise<void>;

  /** One pod. Undefined means absent; throw when it cannot be told. */
  getPod(ref: PodRef, call: CallContext): Promise<BackendPod | undefined>;

  /** One pod's status, where `getPod` and `getPods` do not carry it. Defaults to `getPod(ref).status`. */
  getPodStatus?(ref: PodRef, call: CallContext): Promise<PodStatus | undefined>;

  /** Everything that carries this node's stamp: complete, or throw. An incomplete list would have live pods taken for lost. */
  getPods(call: CallContext): Promise<readonly BackendPod[]>;

  /** What this backend cannot honour, by field path. Pure: no I/O. An empty list means that the pod can run. */
  refuse?(pod: Pod): readonly FieldError[];

  /**
   * For a node that counts what it has: whether it takes a pod besides those that it has taken, as a kubelet's admission. Asked
   * once in the pod's life, after `refuse` and before anything is prepared, for older pods first. Pure: no I/O. A pod that is
   * rejected is Failed whatever its restart policy, so that its controller makes another one, which may land elsewhere. A pod for
   * which others are to make room waits until they have ended.
   */
  admit?(pod: Pod, surroundings: AdmissionSurroundings): PodRejection | PodPreemption | undefined;
}

import type { OwnershipStamp } from './ownership.ts';
import type { PodRef } from './pod-ref.ts';
import type { PodStatus } from './wire.ts';

/** What a backend knows of one pod. Nobody rebuilds a pod spec from a task definition. */
export interface BackendPod {
  readonly ref: PodRef;
  /** Absent where a list does not carry it: the core then asks `getPodStatus`. */
  readonly status?: PodStatus;
  /** As it was put on the backend object. Absent: the object is not ours to remove. */
  readonly ownership?: OwnershipStamp;
  /** `PreparedPod.hash` of the last create or update that the backend took. */
  readonly appliedHash?: string;
}

/** The backend lost the pod, or finished with it and forgot it. */
export interface GonePod {
  readonly ref: PodRef;
  readonly gone: true;
}

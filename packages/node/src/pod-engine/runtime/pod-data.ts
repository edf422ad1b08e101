import type { OwnershipStamp } from '../../provider/ownership.ts';
import type { PodRef } from '../../provider/pod-ref.ts';

/** A pod that has left something on the host, with the stamp that was put on it. */
export interface PodData {
  readonly ref: PodRef;
  readonly ownership: OwnershipStamp;
}

import type { PodRef } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';

/** The writes and live reads that the pod loop makes. */
export interface PodApi {
  /**
   * Patches the status subresource (strategic merge), for this UID only. Resolves with the resourceVersion that the object has
   * since.
   *
   * @throws KubeError, also when the name is gone or belongs to another UID: see `isMissingPod`.
   */
  patchStatus(ref: PodRef, status: object, signal: AbortSignal): Promise<string>;
  /** Reads the object live, for this UID only. Undefined when the API server has none. */
  readPod(ref: PodRef, signal: AbortSignal): Promise<Pod | undefined>;
  /** Ends the object: grace 0, this UID only. Resolves with true when it is gone, and with false when finalizers hold it. */
  endPod(ref: PodRef, signal: AbortSignal): Promise<boolean>;
  /**
   * Asks the API server itself, not a cache, whether this UID exists. Only a positive answer counts: an error, such as a
   * 403, is thrown and is not "gone".
   */
  isGone(ref: PodRef, signal: AbortSignal): Promise<boolean>;
}

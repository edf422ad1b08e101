/** How mounts made later on one side show on the other; the words of the CRI. */
export type HostMountPropagation = 'private' | 'host-to-container' | 'bidirectional';

/** One volume of one container, as a bind mount. */
export interface HostMount {
  /** The volume's name in the pod. */
  readonly name: string;
  /** Absolute. For a sub path it is a mount of its own, which nobody in the pod can turn elsewhere. */
  readonly hostPath: string;
  /** Absolute. */
  readonly containerPath: string;
  /** True also for volumes whose contents come from the API, whatever the container asks for. */
  readonly readOnly: boolean;
  /** True when mounts below it have to be read-only too. `if-possible`: where the runtime can. */
  readonly recursiveReadOnly: boolean | 'if-possible';
  readonly propagation: HostMountPropagation;
}

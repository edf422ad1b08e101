import type { DeferredValues, PlainVariable } from '../../provider/environment.ts';
import type { FieldError } from '../../provider/field-error.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import type { HostMount } from './host-mount.ts';

/** What is known of a pod beside its spec when its volumes are made. */
export interface VolumeSurroundings {
  /** What the backend has learned. What is not here yet is empty text, until `setUp` comes again with it. */
  readonly deferred?: DeferredValues;
  /** The memory that the pod may use at most, in bytes: an upper bound for volumes in memory. */
  readonly memoryLimitBytes?: number;
}

/** Where the files of a volume are. */
export interface VolumeDirectory {
  /** As in `spec.volumes`. */
  readonly name: string;
  readonly path: string;
}

/**
 * The volumes of pods, as files of this host: for backends that run containers here.
 *
 * Calls for one pod run one after the other, in the order in which they came.
 */
export interface HostVolumes {
  /** The volumes that this host cannot give a pod, by field. Pure. */
  refuse(pod: Pod): readonly FieldError[];
  /**
   * Makes every volume of the pod, and from then on follows its sources, until the pod is removed or {@link close}. Again,
   * also in another process: takes over what is there, makes what is missing, and follows the new sources only.
   *
   * @throws FailedMountError when a volume cannot be made, in the kubelet's words; trying again may help.
   */
  setUp(prepared: PreparedPod, surroundings: VolumeSurroundings, signal: AbortSignal): Promise<void>;
  /**
   * The mounts of one container of a pod that is set up, in the order of its `volumeMounts`; missing sub paths are made.
   * A mount of a volume that the provider's policy omits (`kube-api-access`) is left out; so is one of an image volume.
   *
   * @throws InvalidInput for a sub path that leaves its volume, by field: the container must not be created.
   */
  mountsOf(
    prepared: PreparedPod,
    containerName: string,
    environment: readonly PlainVariable[],
    signal: AbortSignal,
  ): Promise<readonly HostMount[]>;
  /**
   * A directory of the pod for files of the backend's own (`/etc/hosts`, termination messages). It exists once the pod is
   * set up, and is removed with the pod.
   */
  directoryOf(uid: string): string;
  /** The volumes of a pod that have a directory here, for measuring them; volumes of the host have none. */
  directoriesOf(uid: string): Promise<readonly VolumeDirectory[]>;
  /** Removes all that {@link setUp} and {@link mountsOf} made for a pod, and its directory. Idempotent. Its containers must have stopped. */
  remove(uid: string, signal: AbortSignal): Promise<void>;
  /** The UIDs of the pods that have files on this host, also those of a process before: what is not wanted any more is to be removed. */
  list(): Promise<readonly string[]>;
  /** Ends the work of this process, and leaves every file and mount as it is. */
  close(): Promise<void>;
}

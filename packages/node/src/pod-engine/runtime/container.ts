import type { PlainVariable } from '../../provider/environment.ts';
import type { OwnershipStamp } from '../../provider/ownership.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Container, ContainerStatus } from '../../provider/wire.ts';

/** What the engine has the runtime keep with a container, so that a process that starts again knows it. */
export interface ContainerRecord {
  readonly ref: PodRef;
  /** The container's name in the pod. */
  readonly name: string;
  /** 0 for the first run; the restart count. */
  readonly attempt: number;
  /** Covers what makes a container another one: a change means that it is replaced. */
  readonly specHash: string;
  /** The resources with which it was created, as JSON. */
  readonly resources: string;
  /** How long the next restart has to wait after this run, in milliseconds. */
  readonly restartDelayMilliseconds: number;
  /** What its stop needs of its spec (hook, ports), as JSON: for a pod whose object is gone when another process stops it. */
  readonly stopSpec?: string;
}

/** A container that is to be created. */
export interface ContainerConfig extends ContainerRecord {
  readonly ownership: OwnershipStamp;
  /** The container's spec. Its `env`, `command` and `args` are unresolved: use those below. */
  readonly container: Container;
  /** What the image was resolved to. */
  readonly imageRef: string;
  /** What the images were resolved to that it mounts as volumes, by volume (KEP-4639). */
  readonly volumeImageRefs?: Readonly<Record<string, string>>;
  readonly environment: readonly PlainVariable[];
  /** Absent: the image's entry point. */
  readonly command?: readonly string[];
  /** Absent: the image's own, unless `command` is set. */
  readonly args?: readonly string[];
  /** The content of `/etc/hosts`. For a pod in the host's network namespace it is what is added to the host's file. */
  readonly hosts: string;
  /** The sandbox's. Runtimes that put it into the environment (`HOSTNAME`) need it here too. Empty in the host's network. */
  readonly hostname: string;
  /** For example `SIGUSR1`. Absent: the image's own. */
  readonly stopSignal?: string;
  /** For an ephemeral container with a target: the container whose process namespace it joins. */
  readonly targetContainerId?: string;
  readonly prepared: PreparedPod;
}

/** A container as the runtime knows it. Times are milliseconds since the epoch. */
export interface RuntimeContainer extends ContainerRecord {
  readonly id: string;
  readonly sandboxId: string;
  readonly state: 'created' | 'running' | 'exited' | 'unknown';
  /** The image as it was asked for. */
  readonly image: string;
  readonly imageRef: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  /** For example `Completed`, `Error`, `OOMKilled`, `StartError`. */
  readonly reason?: string;
  /** The runtime's own words, for example why it could not be started. */
  readonly message?: string;
  /** As whom its first process runs, where the runtime tells. */
  readonly user?: NonNullable<ContainerStatus['user']>;
  /** The signal that stops it, for example `SIGTERM`, where the runtime tells. */
  readonly stopSignal?: string;
}

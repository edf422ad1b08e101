import type { OwnershipStamp } from '@vk/node/provider';
import type { HangingMethod, MainProcess } from './behaviour-table.ts';
import type { PodPorts } from './network/pod-ports.ts';

/** One run of a container, from start to end. Times here and below are milliseconds since the epoch. */
export interface FinishedRun {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A run that a change of the image ended, or the last one before it. */
export interface ReplacedRun extends FinishedRun {
  readonly exitCode: number;
  readonly reason: string;
}

/** A regular container, with all that decides its life. */
export interface ContainerRecord {
  readonly name: string;
  readonly image: string;
  /** When the first run of this image starts. */
  readonly startsAt: number;
  /** Restarts before that, each by a change of the image. */
  readonly restartsBefore: number;
  readonly replacedRun?: ReplacedRun;
  /** Milliseconds of each run; absent: it runs until it is stopped. */
  readonly runTime?: number;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Milliseconds after each start. */
  readonly readyAfter: number;
  readonly stdout?: readonly string[];
  /** Lines per second; absent: all at the start, once. */
  readonly stdoutRate?: number;
  readonly stderr?: readonly string[];
  /** Absent: `silent`. */
  readonly mainProcess?: MainProcess;
  /** Cores, on average; absent: drawn from the seed. */
  readonly cpuUsage?: number;
  /** Bytes, on average; absent: drawn from the seed. */
  readonly memoryUsage?: number;
}

/** An init container: over at once, or a sidecar, which runs as long as the pod. */
export interface InitContainerRecord {
  readonly name: string;
  readonly image: string;
  readonly sidecar: boolean;
}

export interface EphemeralContainerRecord {
  readonly name: string;
  readonly image: string;
  readonly startedAt: number;
}

/** That the pod was asked to stop. */
export interface DeletionRecord {
  readonly requestedAt: number;
  /** The end of the grace period: the shortest that was asked for. */
  readonly killAt: number;
  /** When a delete with grace period 0 came. */
  readonly forcedAt?: number;
}

/**
 * A pod of the backend, as it is kept: plain JSON. It holds what was decided and when, never how far it has come: that
 * follows from the time alone, so a process that was away for a while finds each pod where it would be anyhow.
 */
export interface PodRecord {
  readonly ownership: OwnershipStamp;
  readonly appliedHash: string;
  readonly acceptedAt: number;
  readonly startsAt: number;
  readonly restartPolicy: string;
  /** Absent for a pod on the host's network. */
  readonly podIP?: string;
  readonly initContainers: readonly InitContainerRecord[];
  readonly containers: readonly ContainerRecord[];
  /** Absent: the ports that every pod has. */
  readonly ports?: PodPorts;
  readonly ephemeralContainers: readonly EphemeralContainerRecord[];
  readonly lostAt?: number;
  /** Milliseconds that the containers take to stop. */
  readonly deleteDelay: number | 'never';
  readonly deleteErrorCount: number;
  readonly hang: readonly HangingMethod[];
  readonly hangIgnoringAbort: readonly HangingMethod[];
  readonly deletion?: DeletionRecord;
}

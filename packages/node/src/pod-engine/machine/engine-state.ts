import { acceptedAt } from '../../provider/pod-acceptance.ts';
import type { ContainerStatus, Pod, ResourceRequirements } from '../../provider/wire.ts';
import { shownAllocation } from './allocation.ts';
import { amountsOnly } from './resources.ts';
import type { EngineStep } from './engine-action.ts';

/** Times in a state are milliseconds since the epoch, on a clock that never goes back. */
type Milliseconds = number;

/** Something that went wrong and is tried again at `retryAt`. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly at: Milliseconds;
  readonly delay: number;
  readonly retryAt: Milliseconds;
}

export type ProbeType = 'startup' | 'liveness' | 'readiness';

/** How one probe of one run of a container stands. */
export interface ProbeProgress {
  readonly containerId: string;
  /** What counts at present; changes when a threshold is reached. */
  readonly result: 'unknown' | 'success' | 'failure';
  /** The last single outcome, and how often it has come in a row. */
  readonly last?: 'success' | 'failure';
  readonly run: number;
  readonly nextAt: Milliseconds;
  /** It has said what it had to say of this run of the container. */
  readonly ended: boolean;
}

/** Why a container is being stopped. */
export type KillReason =
  | 'pod-stop'
  | 'liveness-probe'
  | 'startup-probe'
  | 'post-start-hook'
  | 'spec-changed'
  | 'resize'
  | 'unknown-state'
  | 'sandbox-changed'
  | 'superseded'
  | 'restart-all';

/** A container that is being stopped: hook, turn, signal, and at last force. */
export interface Kill {
  /** The name of the container. */
  readonly container: string;
  readonly reason: KillReason;
  readonly graceSeconds: number;
  readonly deadline: Milliseconds;
  readonly preStop: 'due' | 'running' | 'done';
}

/** What has become of the search for an image: what it is, or that it has to be pulled. */
export interface FoundImage {
  /** As the container names it. */
  readonly image: string;
  /** Absent: it is not there. */
  readonly imageRef?: string;
}

/** What the engine knows of one container by name, beyond what the runtime tells. */
export interface ContainerProgress {
  /** An image that has been looked for. It counts while it is the container's. */
  readonly image?: FoundImage;
  /** The same of the images that it mounts, by volume. */
  readonly volumeImages?: Readonly<Record<string, FoundImage>>;
  /** A run that the runtime has refused to start, and may go on showing as created. */
  readonly refusedStart?: { readonly containerId: string; readonly message: string; readonly at: Milliseconds };
  /** A run whose start has failed in a way that says nothing: it may come to life after all. */
  readonly doubtfulStart?: string;
  readonly postStart?: { readonly containerId: string; readonly phase: 'running' | 'done' | 'failed' };
  /** When the newest run was seen to start and end. */
  readonly times?: {
    readonly containerId: string;
    readonly startedAt: Milliseconds;
    readonly endedAt?: Milliseconds;
  };
  /** This run was ended to be replaced: the next one starts whatever the restart policy says. */
  readonly replace?: string;
  /** This run was ended to be restarted: another one follows, after the back-off, whatever it exits with. */
  readonly restart?: string;
  /** The back-off of this run has been told. */
  readonly toldBackOff?: string;
  /** The resources that a run was given since it was created. */
  readonly resources?: { readonly containerId: string; readonly given: ResourceRequirements };
  readonly probes: Readonly<Partial<Record<ProbeType, ProbeProgress>>>;
}

/** A pull that failed. */
export interface ImageProblem extends Failure {
  /** The back-off after it has been told. */
  readonly told: boolean;
}

/** Why the whole pod stops. */
export type StopCause = 'deleted' | 'deadline-exceeded' | 'completed' | 'init-failed' | 'sandbox-lost' | 'refused';

export interface PodStop {
  readonly cause: StopCause;
  readonly graceSeconds: number;
  readonly deadline: Milliseconds;
}

/** Nothing of the pod runs or will run again. */
export interface PodEnd {
  readonly phase: 'Succeeded' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
}

/** An action that was begun and whose outcome is not known yet. */
export interface InFlight {
  readonly id: number;
  /** As it was sent: what it brings about is this, whatever the pod has become since. */
  readonly step: EngineStep;
  readonly since: Milliseconds;
  /** It was asked to end; what it has done still counts. */
  readonly cancelled?: boolean;
}

/**
 * Everything that the engine remembers of one pod: plain JSON. What the runtime tells by itself (which containers run, how
 * often they ran, when they ended) is not in it, so a process that starts again loses nothing that counts.
 */
export interface PodEngineState {
  /** When the node took the pod: what its active deadline counts from. */
  readonly acceptedAt?: Milliseconds;
  /** The same, once the pod has had a sandbox: the start time that is shown, since it says that something of the pod was there. */
  readonly startedAt?: Milliseconds;
  readonly lastActionId: number;
  /** One action at a time in each lane. */
  readonly inFlight: Readonly<Record<string, InFlight>>;
  /** What failed last in a lane, until it works. */
  readonly failures: Readonly<Record<string, Failure>>;
  readonly containers: Readonly<Record<string, ContainerProgress>>;
  /** Containers that are being stopped, by id. */
  readonly kills: Readonly<Record<string, Kill>>;
  /** By image. */
  readonly images: Readonly<Record<string, ImageProblem>>;
  readonly stop?: PodStop;
  readonly end?: PodEnd;
  /** The version of the pod for which what it needs on the host was made ready by this process. */
  readonly preparedVersion?: number;
  /** The resources that the pod as a whole has by now. */
  readonly podResources?: ResourceRequirements;
  /** What a resize that is under way, and was told, is to lead to: of the pod, and of its containers. */
  readonly resizing?: readonly ResourceRequirements[];
  /** What the pod had on the host was taken away after its end. */
  readonly released?: boolean;
  /** Why the runtime will never make a sandbox of this pod, with the field. */
  readonly refusal?: string;
  /** A container ended in a way that has all of them start anew. */
  readonly restartingAll?: boolean;
  /** Container statuses by name that the API or this engine has shown: what the runtime forgets is not forgotten. */
  readonly shown: Readonly<Record<string, ContainerStatus>>;
}

/** The state of a pod that this process meets for the first time: what the API shows of it is where it starts from. */
export function newEngineState(pod: Pod): PodEngineState {
  const { status } = pod;
  const since = acceptedAt(pod);
  const shown = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const terminal = status?.phase === 'Succeeded' || status?.phase === 'Failed' ? status.phase : undefined;
  return {
    ...(since !== undefined && { acceptedAt: since }),
    ...(since !== undefined && status?.startTime !== undefined && { startedAt: since }),
    lastActionId: 0,
    inFlight: {},
    failures: {},
    containers: {},
    kills: {},
    images: {},
    podResources: amountsOnly(shownAllocation(pod).pod ?? {}),
    ...(terminal !== undefined && {
      end: {
        phase: terminal,
        ...(status?.reason !== undefined && { reason: status.reason }),
        ...(status?.message !== undefined && { message: status.message }),
      },
    }),
    shown: Object.fromEntries(shown.map((container) => [container.name, container])),
  };
}

/** The state after somebody asked the pod to stop. A later wish can only shorten the grace. */
export function withStop(state: PodEngineState, cause: StopCause, graceSeconds: number, now: number): PodEngineState {
  const deadline = now + graceSeconds * 1000;
  if (state.stop === undefined) return { ...state, stop: { cause, graceSeconds, deadline } };
  if (deadline >= state.stop.deadline) return state;
  return { ...state, stop: { ...state.stop, graceSeconds, deadline } };
}

import type { Clock, Timer } from '@vk/node';
import type { BackendPod, BackendRetention, GonePod, OwnershipStamp, PodStatus } from '@vk/node/provider';
import { podRefOfStamp } from '@vk/node/provider';
import type { History } from './history.ts';

/** What the backend keeps of one pod. */
export interface BackendObject {
  readonly stamp: OwnershipStamp;
  readonly hash: string;
  readonly image: string;
  /** Grows with each change that the status shows, for the whole life of a UID. */
  readonly revision: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly restartCount: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
}

export interface BackendTimes {
  /** From the creation until the container runs. */
  readonly start: number;
  /** From a stop that was asked for until it has ended, or the grace when that is shorter. */
  readonly stop: number;
  /** From the end until a backend that forgets has forgotten it. */
  readonly forget: number;
}

export interface SimulatedBackendOptions {
  readonly clock: Clock;
  readonly history: History;
  readonly retention: BackendRetention;
  readonly times: BackendTimes;
  readonly onActivity: () => void;
}

type Subscriber = (pod: BackendPod | GonePod) => void;

/** A backend that is known to the last detail: every state of every object is in the history. It outlives the processes. */
export class SimulatedBackend {
  readonly objects = new Map<string, BackendObject>();
  readonly subscribers = new Set<Subscriber>();
  readonly retention: BackendRetention;
  readonly #options: SimulatedBackendOptions;
  readonly #timers = new Map<string, Timer>();
  readonly #revisions = new Map<string, number>();

  constructor(options: SimulatedBackendOptions) {
    this.#options = options;
    this.retention = options.retention;
  }

  isFinished(uid: string): boolean {
    const phase = this.objects.get(uid)?.phase;
    return phase === 'Succeeded' || phase === 'Failed';
  }

  create(stamp: OwnershipStamp, spec: { readonly hash: string; readonly image: string }, cause = 'createPod'): void {
    const object: BackendObject = {
      stamp,
      ...spec,
      revision: this.#nextRevision(stamp.uid),
      phase: 'Pending',
      restartCount: 0,
    };
    this.#put('created', cause, object);
    this.#schedule(stamp.uid, this.#options.times.start, () => this.start(stamp.uid));
  }

  start(uid: string): void {
    if (this.objects.get(uid)?.phase !== 'Pending') return;
    this.#change(uid, 'started', { phase: 'Running', startedAt: this.#options.clock.now() });
  }

  /** The container failed and runs again. */
  restart(uid: string): void {
    const object = this.objects.get(uid);
    if (object?.phase === 'Running') this.#change(uid, 'restarted', { restartCount: object.restartCount + 1 });
  }

  update(uid: string, spec: { readonly hash: string; readonly image: string }): void {
    if (!this.isFinished(uid)) this.#change(uid, 'updated', spec);
  }

  finish(uid: string, exitCode: number, cause = 'finished'): void {
    const object = this.objects.get(uid);
    if (object === undefined || this.isFinished(uid)) return;
    this.#cancel(uid);
    const now = this.#options.clock.now();
    this.#change(uid, cause, {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      exitCode,
      startedAt: object.startedAt ?? now,
      finishedAt: now,
    });
    if (this.retention === 'forgets-finished') {
      this.#schedule(uid, this.#options.times.forget, () => this.take(uid, 'forgotten'));
    }
  }

  /** Somebody asks it to stop: it takes its time, within the grace. */
  stop(uid: string, graceMilliseconds: number): void {
    if (!this.objects.has(uid) || this.isFinished(uid)) return;
    const { stop } = this.#options.times;
    this.#schedule(uid, Math.min(stop, graceMilliseconds), () =>
      this.finish(uid, stop > graceMilliseconds ? 137 : 0, 'stopped'),
    );
  }

  /** The object is not there any more. Who listens hears so. */
  take(uid: string, cause: string): void {
    const object = this.objects.get(uid);
    if (object === undefined) return;
    this.#cancel(uid);
    this.objects.delete(uid);
    this.#options.history.add({ kind: 'backend', change: 'gone', cause, object });
    this.#options.onActivity();
    this.#tell({ ref: podRefOfStamp(object.stamp), gone: true });
  }

  /** The process that the objects live in has ended. */
  dieWithProcess(): void {
    if (this.retention !== 'dies-with-process') return;
    for (const uid of this.objects.keys()) this.take(uid, 'died with the process');
  }

  /** What the provider reports of an object. */
  report(uid: string): BackendPod | undefined {
    const object = this.objects.get(uid);
    if (object === undefined) return undefined;
    return {
      ref: podRefOfStamp(object.stamp),
      status: statusOf(object),
      ownership: object.stamp,
      appliedHash: object.hash,
    };
  }

  /** Tells of an object as it is, once more. */
  tellAgain(uid: string): void {
    const pod = this.report(uid);
    if (pod !== undefined) this.#tell(pod);
  }

  #change(uid: string, cause: string, change: Partial<BackendObject>): void {
    const object = this.objects.get(uid);
    if (object === undefined) return;
    this.#put('changed', cause, { ...object, ...change, revision: this.#nextRevision(uid) });
  }

  #put(change: 'created' | 'changed', cause: string, object: BackendObject): void {
    const { uid } = object.stamp;
    this.objects.set(uid, object);
    this.#options.history.add({ kind: 'backend', change, cause, object });
    this.#options.onActivity();
    this.tellAgain(uid);
  }

  #tell(pod: BackendPod | GonePod): void {
    for (const subscriber of this.subscribers) subscriber(pod);
  }

  #nextRevision(uid: string): number {
    const revision = (this.#revisions.get(uid) ?? 0) + 1;
    this.#revisions.set(uid, revision);
    return revision;
  }

  #schedule(uid: string, milliseconds: number, act: () => void): void {
    this.#cancel(uid);
    this.#timers.set(uid, this.#options.clock.setTimer(act, milliseconds));
  }

  #cancel(uid: string): void {
    this.#timers.get(uid)?.cancel();
    this.#timers.delete(uid);
  }
}

/** The revision is in the message: by it the API's status is compared with what the backend said. */
export function statusOf(object: BackendObject): PodStatus {
  const { phase, revision, restartCount, image, startedAt, finishedAt, exitCode } = object;
  const at = (milliseconds: number | undefined): string => new Date(milliseconds ?? 0).toISOString();
  const state =
    phase === 'Pending'
      ? { waiting: { reason: 'ContainerCreating' } }
      : phase === 'Running'
        ? { running: { startedAt: at(startedAt) } }
        : {
            terminated: {
              exitCode: exitCode ?? 0,
              reason: exitCode === 0 ? 'Completed' : 'Error',
              startedAt: at(startedAt),
              finishedAt: at(finishedAt),
            },
          };
  return {
    phase,
    message: revisionMessage(revision),
    podIP: '10.0.0.1',
    ...(startedAt !== undefined && { startTime: at(startedAt) }),
    containerStatuses: [
      {
        name: 'main',
        image,
        imageID: '',
        ready: phase === 'Running',
        started: phase === 'Running',
        restartCount,
        state,
      },
    ],
  };
}

export function revisionMessage(revision: number): string {
  return `revision ${revision}`;
}

/** The revision that a status was made from; undefined for one that the backend did not make. */
export function revisionOf(status: PodStatus | undefined): number | undefined {
  const found = /^revision (\d+)$/.exec(status?.message ?? '');
  return found === null ? undefined : Number(found[1]);
}

export function isOurs(
  object: BackendObject,
  identity: { readonly clusterId: string; readonly nodeName: string },
): boolean {
  return object.stamp.clusterId === identity.clusterId && object.stamp.nodeName === identity.nodeName;
}

import {
  NotFound,
  podRefOf,
  podStatus,
  type BackendPod,
  type CallContext,
  type GonePod,
  type Pod,
  type PodRef,
  type PodStatus,
  type PreparedPod,
} from '@vk/node/provider';

/** A call that a core made, before it is carried out. */
export interface BackendCall {
  readonly method: 'createPod' | 'updatePod' | 'deletePod' | 'removePod';
  readonly ref: PodRef;
  readonly gracePeriodSeconds?: number;
}

/** One pod in the backend, with what it was created from. */
export interface BackendObject extends BackendPod {
  /** Missing for what a test put there by hand. */
  readonly prepared?: PreparedPod;
  readonly status: PodStatus;
}

/** What a test makes of a call: it may wait, throw, or change the backend first. */
export type BackendScript = (call: BackendCall, context: CallContext) => void | Promise<void>;

/** A backend in memory that outlives the nodes that use it. Pods run at once and stop at once, unless a script says otherwise. */
export class ScriptedBackend {
  readonly objects: Map<string, BackendObject> = new Map();
  /** Every call that changes something, in the order in which they arrived. */
  readonly calls: BackendCall[] = [];
  /** How many objects were made for each UID, over the whole life of the backend. */
  readonly made: Map<string, number> = new Map();
  script: BackendScript = () => undefined;
  /** What listings fail with. */
  listingError: Error | undefined;
  /** How many listings were asked for. */
  listings = 0;
  /** Whether a pod that is asked to stop has stopped when the call returns. */
  stopsAtOnce = true;
  readonly #listeners = new Set<(pod: BackendPod | GonePod) => void>();

  /** Hears of every change until the returned function is called. */
  subscribe(listener: (pod: BackendPod | GonePod) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The calls of one method on pods of one name. */
  callsOf(method: BackendCall['method'], name?: string): BackendCall[] {
    return this.calls.filter((call) => call.method === method && (name === undefined || call.ref.name === name));
  }

  async begin(call: BackendCall, context: CallContext): Promise<void> {
    this.calls.push(call);
    await this.script(call, context);
  }

  /** Makes the object, or finds the one that there is for this UID. */
  create(prepared: PreparedPod): void {
    const ref = podRefOf(prepared.pod);
    if (this.objects.has(ref.uid)) return;
    this.made.set(ref.uid, (this.made.get(ref.uid) ?? 0) + 1);
    this.put({
      ref,
      prepared,
      ownership: prepared.ownership,
      appliedHash: prepared.hash,
      status: runningStatus(prepared.pod),
    });
  }

  put(object: BackendObject): void {
    this.objects.set(object.ref.uid, object);
    this.#tell(object);
  }

  named(name: string): BackendObject | undefined {
    return [...this.objects.values()].find(({ ref }) => ref.name === name);
  }

  /** Changes a part of a pod. */
  change(name: string, change: Partial<BackendObject>): void {
    const known = this.named(name);
    if (known === undefined) throw new NotFound(`the backend has no pod ${name}`);
    this.put({ ...known, ...change });
  }

  /** Every container of the pod has exited. */
  finish(name: string, exitCode: number): void {
    const known = this.named(name);
    const containers = known?.status.containerStatuses?.map((container) => ({ name: container.name })) ?? [];
    this.change(name, {
      status: podStatus(
        { spec: { containers } },
        {
          phase: exitCode === 0 ? 'Succeeded' : 'Failed',
          state: { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } },
          startTime: known?.status.startTime ?? startTime,
        },
      ),
    });
  }

  /** The object is gone, whoever made it so. */
  remove(uid: string): void {
    const known = this.objects.get(uid);
    this.objects.delete(uid);
    if (known !== undefined) this.#tell({ ref: known.ref, gone: true });
  }

  #tell(pod: BackendPod | GonePod): void {
    for (const listener of this.#listeners) listener(pod);
  }
}

const startTime = '2026-01-01T00:00:00Z';

/** The status of a pod whose containers all run. */
export function runningStatus(pod: Pod): PodStatus {
  return podStatus(pod, {
    phase: 'Running',
    state: { running: { startedAt: startTime } },
    startTime,
    podIP: '10.0.0.1',
  });
}

/** Never answers, and ends when the core gives the call up. */
export function hang({ signal }: CallContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

import type { BackendPod, GonePod } from '../provider/backend-pod.ts';
import type { CallContext } from '../provider/call-context.ts';
import { NotFound } from '../provider/errors/not-found.ts';
import type { DeleteOptions } from '../provider/pod-lifecycle-handler.ts';
import { podRefOf, type PodRef } from '../provider/pod-ref.ts';
import { podStatus } from '../provider/pod-status.ts';
import type { PreparedPod } from '../provider/prepared-pod.ts';
import type { Provider } from '../provider/provider.ts';
import type { Pod, PodStatus } from '../provider/wire.ts';

/** A status of a pod whose containers all run, or have all exited with this code. */
export function runningStatus(pod: Pod): PodStatus {
  return podStatus(pod, {
    phase: 'Running',
    state: { running: {} },
    podIP: '10.0.0.1',
    startTime: '2026-01-01T00:00:00Z',
  });
}

export function exitedStatus(pod: Pod, exitCode: number): PodStatus {
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  return podStatus(pod, { phase, state: { terminated: { exitCode } }, startTime: '2026-01-01T00:00:00Z' });
}

/** A backend in memory, and the calls that were made to it. Pods run at once and stop at once, unless a test says otherwise. */
export class FakeBackend {
  readonly pods: Map<string, BackendPod> = new Map();
  /** `createPod web`, `deletePod web 30`, ... in order; listings are not noted. */
  readonly calls: string[] = [];
  /** Called before each of those; what it throws is the answer. It may wait, with the call's signal. */
  before: (call: string, context: CallContext) => void | Promise<void> = () => undefined;
  /** What a listing throws instead of an answer. */
  listingFails: Error | undefined;
  /** Whether a pod that is asked to stop does so at once. */
  stopsAtOnce = true;
  /** Whether stopping leaves an object that has to be removed. */
  keepsFinished = true;
  listings = 0;
  #onPod: ((pod: BackendPod | GonePod) => void) | undefined;

  /** Tells whoever subscribed. */
  tell(pod: BackendPod | GonePod): void {
    this.#onPod?.(pod);
  }

  /** Changes the status of a pod and tells of it. */
  report(uid: string, status: PodStatus): void {
    const pod = this.pods.get(uid);
    if (pod !== undefined) this.#put({ ...pod, status });
  }

  /** The object is lost. */
  lose(uid: string): void {
    const pod = this.pods.get(uid);
    this.pods.delete(uid);
    if (pod !== undefined) this.tell({ ref: pod.ref, gone: true });
  }

  provider(options: { readonly notifies: boolean; readonly removes?: boolean }): Provider {
    const provider: Provider = {
      createPod: async (prepared, call) => {
        await this.#begin(`createPod ${prepared.pod.metadata?.name}`, call);
        this.create(prepared);
      },
      updatePod: async (prepared, _previous, call) => {
        await this.#begin(`updatePod ${prepared.pod.metadata?.name}`, call);
        const known = this.pods.get(podRefOf(prepared.pod).uid);
        if (known === undefined) throw new NotFound('no such pod');
        this.#put({ ...known, appliedHash: prepared.hash });
      },
      deletePod: async (ref, { gracePeriodSeconds }: DeleteOptions, call) => {
        await this.#begin(`deletePod ${ref.name} ${gracePeriodSeconds}`, call);
        const known = this.pods.get(ref.uid);
        if (known === undefined) throw new NotFound('no such pod');
        if (this.stopsAtOnce) this.stop(ref, 0);
      },
      getPod: async (ref, call) => {
        await this.#begin(`getPod ${ref.name}`, call);
        return this.pods.get(ref.uid);
      },
      getPods: async () => {
        this.listings++;
        if (this.listingFails !== undefined) throw this.listingFails;
        return [...this.pods.values()];
      },
    };
    if (options.removes !== false) {
      provider.removePod = async (ref, call) => {
        await this.#begin(`removePod ${ref.name}`, call);
        this.lose(ref.uid);
      };
    }
    if (options.notifies) {
      provider.notifyPods = (onPod, { signal }) => {
        this.#onPod = onPod;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      };
    }
    return provider;
  }

  /** Takes a pod as `createPod` does, idempotent by UID. */
  create(prepared: Pick<PreparedPod, 'pod' | 'ownership' | 'hash'>): void {
    const ref = podRefOf(prepared.pod);
    if (this.pods.has(ref.uid)) return;
    const { ownership, hash: appliedHash } = prepared;
    this.#put({ ref, ownership, appliedHash, status: runningStatus(prepared.pod) });
  }

  /** All containers of the pod exit. */
  stop(ref: PodRef, exitCode: number): void {
    const known = this.pods.get(ref.uid);
    if (known === undefined) return;
    if (!this.keepsFinished) this.lose(ref.uid);
    else this.#put({ ...known, status: exitedStatus({ spec: { containers: [{ name: 'app' }] } }, exitCode) });
  }

  #put(pod: BackendPod): void {
    this.pods.set(pod.ref.uid, pod);
    this.tell(pod);
  }

  async #begin(call: string, context: CallContext): Promise<void> {
    this.calls.push(call);
    await this.before(call, context);
  }
}

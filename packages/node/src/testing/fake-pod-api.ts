import { KubeError } from '../kube/kube-error.ts';
import type { PodApi } from '../pods/pod-api.ts';
import type { PodSource, PodSourceHandlers } from '../pods/pod-source.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';
import { applyStrategicPatch } from './apply-strategic-patch.ts';
import { terminatingPod } from './sample-pod.ts';

/** The pods of one node in memory: an API server for the pod loop, and the watch on it. Everything is told at once. */
export class FakePodApi implements PodApi, PodSource {
  readonly synced: Promise<void> = Promise.resolve();
  /** Every write and live read, in order: `patch Running`, `end`, `is gone`. */
  readonly calls: string[] = [];
  /** Called before each; what it throws is the answer. It may wait. */
  before: (call: string) => void | Promise<void> = () => undefined;
  /** While true, the watch keeps what happens to itself. */
  quiet = false;
  readonly #pods = new Map<string, Pod>();
  #handlers: PodSourceHandlers | undefined;
  #revision = 100;

  subscribe(handlers: PodSourceHandlers): () => void {
    this.#handlers = handlers;
    for (const pod of this.#pods.values()) handlers.onApply(pod);
    return () => (this.#handlers = undefined);
  }

  get(name: string): Pod | undefined {
    return this.#pods.get(name);
  }

  /** Creates the pod, or replaces it. */
  apply(pod: Pod): Pod {
    const stored = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(++this.#revision) } };
    this.#pods.set(stored.metadata.name ?? '', stored);
    if (!this.quiet) this.#handlers?.onApply(stored);
    return stored;
  }

  /** Somebody writes a status. */
  writeStatus(name: string, status: Pod['status']): void {
    const pod = this.#pods.get(name);
    if (pod !== undefined) this.apply({ ...pod, status });
  }

  /** Somebody asks for a graceful deletion. */
  requestDeletion(name: string, gracePeriodSeconds: number, deletionTimestamp: string): void {
    const pod = this.#pods.get(name);
    if (pod !== undefined) this.apply(terminatingPod(pod, gracePeriodSeconds, deletionTimestamp));
  }

  /** The object goes at once. */
  remove(name: string): void {
    const pod = this.#pods.get(name);
    this.#pods.delete(name);
    if (pod !== undefined && !this.quiet) this.#handlers?.onDelete(pod);
  }

  async patchStatus(ref: PodRef, status: object, signal: AbortSignal): Promise<string> {
    await this.#begin(`patch ${(status as Pod['status'])?.phase ?? 'same phase'}`, signal);
    const pod = this.#pods.get(ref.name);
    if (pod === undefined) throw refused(404, 'NotFound', 'not found');
    if (pod.metadata?.uid !== ref.uid) throw refused(409, 'Conflict', 'uid mismatch');
    return this.apply({ ...pod, status: applyStrategicPatch(pod.status, status) }).metadata?.resourceVersion ?? '';
  }

  async readPod(ref: PodRef, signal: AbortSignal): Promise<Pod | undefined> {
    await this.#begin('read', signal);
    const pod = this.#pods.get(ref.name);
    return pod?.metadata?.uid === ref.uid ? pod : undefined;
  }

  async endPod(ref: PodRef, signal: AbortSignal): Promise<boolean> {
    await this.#begin('end', signal);
    const pod = this.#pods.get(ref.name);
    if (pod?.metadata?.uid !== ref.uid) return true;
    if ((pod.metadata.finalizers?.length ?? 0) > 0) return false;
    this.remove(ref.name);
    return true;
  }

  async isGone(ref: PodRef, signal: AbortSignal): Promise<boolean> {
    await this.#begin('is gone', signal);
    return this.#pods.get(ref.name)?.metadata?.uid !== ref.uid;
  }

  async #begin(call: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.calls.push(call);
    await this.before(call);
  }
}

/** An answer of an API server that refuses. */
export function refused(code: number, reason: string, message: string): KubeError {
  return new KubeError({ code, status: { code, reason, message } });
}

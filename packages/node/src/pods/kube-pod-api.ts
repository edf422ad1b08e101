import type { KubeClient } from '../kube/client.ts';
import { deleteObject } from '../kube/delete-object.ts';
import { isConflict, isNotFound, throttledBy } from '../kube/kube-error.ts';
import { collectObjects } from '../kube/list-objects.ts';
import { patchForMetadata } from '../kube/patch-object.ts';
import { pods } from '../kube/resource.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';
import { AdaptiveLimit } from '../work/adaptive-limit.ts';
import type { Clock } from '../work/clock.ts';
import type { PodApi } from './pod-api.ts';

export interface KubePodApiOptions {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly clock: Clock;
  /** How many writes are in flight at most; fewer while the API server asks to slow down. */
  readonly concurrency: number;
}

/** The pod loop's writes and live reads against a real API server. */
export class KubePodApi implements PodApi {
  readonly #client: KubeClient;
  readonly #nodeName: string;
  readonly #limit: AdaptiveLimit;

  constructor({ client, nodeName, clock, concurrency }: KubePodApiOptions) {
    this.#client = client;
    this.#nodeName = nodeName;
    this.#limit = new AdaptiveLimit({ maximum: concurrency, clock, throttled: throttledBy });
  }

  patchStatus(ref: PodRef, status: object, signal: AbortSignal): Promise<string> {
    return this.#limit.run(async () => {
      const patch = { metadata: { uid: ref.uid }, status };
      const options = { patch, patchType: 'strategic', subresource: 'status' } as const;
      const { metadata } = await patchForMetadata(this.#client, pods, ref, options, signal);
      return metadata?.resourceVersion ?? '';
    }, signal);
  }

  endPod(ref: PodRef, signal: AbortSignal): Promise<boolean> {
    return this.#limit.run(async () => {
      try {
        const answer = await deleteObject(this.#client, pods, ref, { gracePeriodSeconds: 0, uid: ref.uid }, signal);
        // It is told as it was; only finalizers keep a pod in the store after a grace period of 0.
        return (answer.metadata?.finalizers?.length ?? 0) === 0;
      } catch (error) {
        if (isNotFound(error)) return true;
        // The name belongs to another UID by now, or the delete lost a race: only a look can tell.
        if (isConflict(error) && (await this.#find(ref, signal)) === undefined) return true;
        throw error;
      }
    }, signal);
  }

  readPod(ref: PodRef, signal: AbortSignal): Promise<Pod | undefined> {
    return this.#limit.run(() => this.#find(ref, signal), signal);
  }

  async isGone(ref: PodRef, signal: AbortSignal): Promise<boolean> {
    return (await this.readPod(ref, signal)) === undefined;
  }

  /** A LIST, not a GET: the Node authorizer answers 403 to a GET of a pod that is not there, and 403 proves nothing. */
  async #find(ref: PodRef, signal: AbortSignal): Promise<Pod | undefined> {
    const fieldSelector = `spec.nodeName=${this.#nodeName},metadata.name=${ref.name}`;
    const { items } = await collectObjects(this.#client, pods, { namespace: ref.namespace, fieldSelector }, signal);
    return items.find((pod) => pod.metadata?.uid === ref.uid);
  }
}

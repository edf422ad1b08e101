import type { CallContext } from '../provider/call-context.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PreparedPod } from '../provider/prepared-pod.ts';
import type { RuntimeFilter } from '../pod-engine/runtime/container-runtime.ts';
import type { PodData } from '../pod-engine/runtime/pod-data.ts';
import { FakeContainerRuntime } from './fake-container-runtime.ts';

/** A container runtime in memory that keeps something on a host for each pod, too. */
export class FakeHostRuntime extends FakeContainerRuntime {
  /** What pods have on the host, by UID. */
  readonly data: Map<string, PodData & { readonly volumes: boolean }> = new Map();
  /** Every version of a pod that was made ready. */
  readonly prepared: PreparedPod[] = [];

  async preparePod(prepared: PreparedPod, call: CallContext): Promise<void> {
    const { ownership } = prepared;
    const { namespace, name, uid } = ownership;
    await this.#call(`preparePod ${name}`, call);
    this.prepared.push(prepared);
    this.data.set(uid, { ref: { namespace, name, uid }, ownership, volumes: true });
  }

  async releasePod({ name, uid }: PodRef, call: CallContext): Promise<void> {
    await this.#call(`releasePod ${name}`, call);
    const known = this.data.get(uid);
    if (known !== undefined) this.data.set(uid, { ...known, volumes: false });
  }

  async removePodData({ name, uid }: PodRef, call: CallContext): Promise<void> {
    await this.#call(`removePodData ${name}`, call);
    this.data.delete(uid);
  }

  async listPodData({ podUid }: RuntimeFilter, call: CallContext): Promise<readonly PodData[]> {
    await this.before('listPodData', call);
    return [...this.data.values()].filter(({ ref }) => podUid === undefined || ref.uid === podUid);
  }

  async #call(text: string, call: CallContext): Promise<void> {
    this.calls.push(text);
    await this.before(text, call);
  }
}

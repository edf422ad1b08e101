import type { DeferredValues, PreparedPod } from '@vk/node/provider';
import type { PodData } from '@vk/node/pod-engine';
import { PodVolumes } from '../container/pod-volumes.ts';

interface Entry {
  prepared: PreparedPod;
  volumes?: PodVolumes;
}

/** What pods have beside sandboxes and containers: their volumes, the same for all containers and runs of a pod. */
export class PodDataStore {
  readonly #entries = new Map<string, Entry>();
  readonly #options: { readonly now: () => number; readonly limitBytes: number };

  constructor(options: { readonly now: () => number; readonly limitBytes: number }) {
    this.#options = options;
  }

  /** The pod as it is from now on; what is in its volumes stays. */
  put(prepared: PreparedPod): void {
    const known = this.#entries.get(prepared.ownership.uid);
    if (known === undefined) this.#entries.set(prepared.ownership.uid, { prepared });
    else known.prepared = prepared;
  }

  /** `values` gives what is known of the pod by the time a file is read. */
  volumesOf(prepared: PreparedPod, values: () => DeferredValues): PodVolumes {
    const entry = this.#entries.get(prepared.ownership.uid) ?? { prepared };
    this.#entries.set(prepared.ownership.uid, entry);
    entry.volumes ??= new PodVolumes({ prepared: () => entry.prepared.volumes, values, ...this.#options });
    return entry.volumes;
  }

  remove(uid: string): void {
    this.#entries.delete(uid);
  }

  list(uid: string | undefined): PodData[] {
    const own = uid === undefined ? [...this.#entries.values()] : [this.#entries.get(uid)];
    return own.flatMap((entry) => {
      if (entry === undefined) return [];
      const { ownership } = entry.prepared;
      const { namespace, name } = ownership;
      return [{ ref: { namespace, name, uid: ownership.uid }, ownership }];
    });
  }
}

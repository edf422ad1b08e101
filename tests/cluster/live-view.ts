import type { KubeObject } from '@vk/devcluster';
import { vi } from 'vitest';
import type { ClusterClient } from './cluster-client.ts';
import type { ClusterView } from './scenario-cluster.ts';

const collections: Readonly<Record<string, string>> = {
  pods: '/api/v1/pods',
  nodes: '/api/v1/nodes',
  events: '/api/v1/events',
  leases: '/apis/coordination.k8s.io/v1/leases',
  configmaps: '/api/v1/configmaps',
  secrets: '/api/v1/secrets',
  namespaces: '/api/v1/namespaces',
};

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

interface ObjectList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly KubeObject[];
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? (metadata.name ?? '') : `${metadata.namespace}/${metadata.name}`;
}

/** A view that watches a real API server. */
export class LiveView implements ClusterView {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #client: ClusterClient;

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  /** Follows every collection until the signal is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all(Object.entries(collections).map(([plural, path]) => this.#follow(plural, path, signal)));
  }

  /** Waits until the view shows what the API server has now. */
  async settled(): Promise<void> {
    const ask = async ([plural, path]: [string, string]): Promise<void> => {
      const { items } = await this.#client.json<ObjectList>('GET', path);
      const versions = (objects: Iterable<KubeObject>): string[] =>
        Array.from(objects, ({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`).toSorted();
      const [seen, there] = [versions(this.#shelf(plural).values()), versions(items)];
      if (seen.join() !== there.join())
        throw new Error(`the watch of ${plural} lags: ${seen.join()}, not ${there.join()}`);
    };
    await vi.waitFor(() => Promise.all(Object.entries(collections).map(ask)), { timeout: 10_000, interval: 10 });
  }

  get(plural: string, key: string): { readonly object: KubeObject } | undefined {
    const object = this.#shelf(plural).get(key);
    return object === undefined ? undefined : { object };
  }

  list(plural: string, prefix = ''): readonly { readonly object: KubeObject }[] {
    return [...this.#shelf(plural)]
      .filter(([key]) => key.startsWith(prefix))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, object]) => ({ object }));
  }

  subscribe(plural: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(plural) ?? new Set();
    this.#listeners.set(plural, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #shelf(plural: string): Map<string, KubeObject> {
    const known = this.#objects.get(plural);
    if (known !== undefined) return known;
    const shelf = new Map<string, KubeObject>();
    this.#objects.set(plural, shelf);
    return shelf;
  }

  /** Lists and watches, again and again: the API server ends a watch that does not read fast enough. */
  async #follow(plural: string, path: string, signal: AbortSignal): Promise<void> {
    const shelf = this.#shelf(plural);
    try {
      while (!signal.aborted) {
        const { metadata, items } = await this.#client.json<ObjectList>('GET', path);
        shelf.clear();
        for (const object of items) shelf.set(keyOf(object), object);
        this.#tell(plural);
        const watch = `${path}?watch=true&resourceVersion=${metadata.resourceVersion}`;
        for await (const line of this.#client.lines(watch, signal)) {
          const { type, object } = JSON.parse(line) as WatchLine;
          // What was missed meanwhile is in the next list.
          if (type === 'ERROR') break;
          if (type === 'DELETED') shelf.delete(keyOf(object));
          else shelf.set(keyOf(object), object);
          this.#tell(plural);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #tell(plural: string): void {
    for (const listener of this.#listeners.get(plural) ?? []) listener();
  }
}

import { deepFreeze } from '../kube/deep-freeze.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { Lookup } from './lookup.ts';
import { WatchPool, type WatchPoolOptions } from './watch-pool.ts';

/** One pod's share of the watch of one object. */
export interface ObjectLease<T> {
  lookup(): Lookup<T>;
  release(): void;
}

/**
 * Objects of one kind, watched one by one, each only while somebody uses it: so it works with the rights of a node, and
 * nothing of others is ever in memory.
 */
export class ObjectWatches<T extends KubeObject> {
  readonly #pool: WatchPool<T, T>;

  constructor(options: Omit<WatchPoolOptions<T, T>, 'keep' | 'isSame'>) {
    this.#pool = new WatchPool({ ...options, keep: deepFreeze, isSame: isSameVersion });
  }

  /** How many objects are watched. */
  get size(): number {
    return this.#pool.size;
  }

  /** Takes a share in the watch of one object; `onChange` hears of each change. */
  acquire(namespace: string, name: string, onChange: () => void): ObjectLease<T> {
    const lease = this.#pool.acquire({ namespace, name }, onChange);
    return { lookup: () => pick(lease.lookup(), name), release: () => lease.release() };
  }

  /** What is known of an object that somebody watches; undefined for others. */
  peek(namespace: string, name: string): Lookup<T> | undefined {
    const lookup = this.#pool.peek({ namespace, name });
    return lookup && pick(lookup, name);
  }

  /** Ends every watch and waits for them. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

function pick<T>(lookup: Lookup<ReadonlyMap<string, T>>, name: string): Lookup<T> {
  if (lookup.state !== 'present') return lookup;
  const object = lookup.object.get(name);
  return object === undefined ? { state: 'absent' } : { state: 'present', object };
}

function isSameVersion(previous: KubeObject, next: KubeObject): boolean {
  const version = next.metadata?.resourceVersion;
  return version !== undefined && version === previous.metadata?.resourceVersion;
}

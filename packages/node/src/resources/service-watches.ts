import type { Service } from '../provider/wire.ts';
import type { Lookup } from './lookup.ts';
import { summarizeService, type ServiceSummary } from './service-summary.ts';
import { WatchPool, type WatchLease, type WatchPoolOptions } from './watch-pool.ts';

/** One pod's share of the watches of Services. */
export interface ServicesLease {
  lookup(): Lookup<readonly ServiceSummary[]>;
  release(): void;
}

const kubernetes = { namespace: 'default', name: 'kubernetes' };

class Share implements ServicesLease {
  readonly #onSettled: () => void;
  readonly #leases: readonly WatchLease<ServiceSummary>[];
  #isSettled = false;

  constructor(
    pool: WatchPool<Service, ServiceSummary>,
    { namespace, links }: { readonly namespace: string; readonly links: boolean },
    onSettled: () => void,
  ) {
    this.#onSettled = onSettled;
    const onChange = (): void => this.#onChange();
    // The Services of its own namespace bring it along.
    const bringsIt = links && namespace === kubernetes.namespace;
    const queries = [...(bringsIt ? [] : [kubernetes]), ...(links ? [{ namespace }] : [])];
    this.#leases = queries.map((query) => pool.acquire(query, onChange));
  }

  /** All of them, or the first that is not there: a failure before a wait. */
  lookup(): Lookup<readonly ServiceSummary[]> {
    const summaries: ServiceSummary[] = [];
    let missing: Lookup<never> | undefined;
    for (const lease of this.#leases) {
      const lookup = lease.lookup();
      if (lookup.state === 'present') summaries.push(...lookup.object.values());
      else if (lookup.state === 'failed' || missing === undefined) missing = lookup;
    }
    return missing ?? { state: 'present', object: summaries };
  }

  release(): void {
    for (const lease of this.#leases) lease.release();
  }

  #onChange(): void {
    if (this.#isSettled) return;
    this.#isSettled = this.lookup().state === 'present';
    this.#onSettled();
  }
}

/** Services by namespace, for the namespaces in use, and `default/kubernetes`; kept as the few fields that the environment needs. */
export class ServiceWatches {
  readonly #pool: WatchPool<Service, ServiceSummary>;

  constructor(options: Omit<WatchPoolOptions<Service, ServiceSummary>, 'keep' | 'isSame'>) {
    this.#pool = new WatchPool({ ...options, keep: summarizeService, isSame: isSameSummary });
  }

  /** How many watches are open. */
  get size(): number {
    return this.#pool.size;
  }

  /**
   * Takes a share in `default/kubernetes` and, with `links`, in the Services of the namespace. `onSettled` is called when the
   * first answer is there, or a failure: a running container never hears of later Services, so nobody is told of them.
   */
  acquire(options: { readonly namespace: string; readonly links: boolean }, onSettled: () => void): ServicesLease {
    return new Share(this.#pool, options, onSettled);
  }

  /** Ends every watch and waits for them. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

function isSameSummary(previous: ServiceSummary, next: ServiceSummary): boolean {
  return JSON.stringify(previous) === JSON.stringify(next);
}

import type { Service } from '../provider/wire.ts';
import type { Lookup } from './lookup.ts';
import { summarizeService, type ServiceSummary } from './service-summary.ts';
import { WatchPool, type WatchPoolOptions } from './watch-pool.ts';

/** One pod's share of the watches of Services. */
export interface ServicesLease {
  lookup(): Lookup<readonly ServiceSummary[]>;
  release(): void;
}

const kubernetes = { namespace: 'default', name: 'kubernetes' };

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
    let isSettled = false;
    const onChange = (): void => {
      if (isSettled) return;
      isSettled = lookup().state === 'present';
      onSettled();
    };
    const { namespace, links } = options;
    // The Services of its own namespace bring it along.
    const bringsIt = links && namespace === kubernetes.namespace;
    const leases = bringsIt ? [] : [this.#pool.acquire(kubernetes, onChange)];
    if (links) leases.push(this.#pool.acquire({ namespace }, onChange));
    const lookup = (): Lookup<readonly ServiceSummary[]> => joined(leases.map((lease) => lease.lookup()));
    return {
      lookup,
      release: () => {
        for (const lease of leases) lease.release();
      },
    };
  }

  /** Ends every watch and waits for them. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** All of them, or the first that is not there: a failure before a wait. */
function joined(lookups: readonly Lookup<ReadonlyMap<string, ServiceSummary>>[]): Lookup<readonly ServiceSummary[]> {
  const summaries: ServiceSummary[] = [];
  let missing: Lookup<never> | undefined;
  for (const lookup of lookups) {
    if (lookup.state === 'present') summaries.push(...lookup.object.values());
    else if (lookup.state === 'failed' || missing === undefined) missing = lookup;
  }
  return missing ?? { state: 'present', object: summaries };
}

function isSameSummary(previous: ServiceSummary, next: ServiceSummary): boolean {
  return JSON.stringify(previous) === JSON.stringify(next);
}

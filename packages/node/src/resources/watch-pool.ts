import type { KubeObject } from '../kube/resource.ts';
import type { Logger } from '../provider/logger.ts';
import type { Clock, Timer } from '../work/clock.ts';
import type { Lookup } from './lookup.ts';
import { SharedWatch } from './shared-watch.ts';
import type { WatchQuery, WatchSource } from './watch-source.ts';

/** How long a watch is kept after its last user: a pod that is re-created finds it warm. */
const defaultLingerMilliseconds = 10_000;

/** What a {@link WatchPool} is made of. */
export interface WatchPoolOptions<T, Kept> {
  /** For log lines, for example `configmaps`. */
  readonly subject: string;
  readonly source: WatchSource<T>;
  readonly keep: (object: T) => Kept;
  readonly isSame: (previous: Kept, next: Kept) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lingerMilliseconds?: number;
  /** For the jitter of retries; gives numbers from 0 up to 1. */
  readonly random?: () => number;
}

/** One user's share of a watch. */
export interface WatchLease<Kept> {
  lookup(): Lookup<ReadonlyMap<string, Kept>>;
  /** A second call changes nothing. `onChange` is not called any more. */
  release(): void;
}

interface Entry<T extends KubeObject, Kept> {
  readonly watch: SharedWatch<T, Kept>;
  readonly users: Set<Share<T, Kept>>;
  /** The last user has left. */
  readonly onUnused: () => void;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  linger: Timer | undefined;
}

/** One user's: an object with two fields, as every pod has some. */
class Share<T extends KubeObject, Kept> implements WatchLease<Kept> {
  readonly #entry: Entry<T, Kept>;
  readonly onChange: () => void;

  constructor(entry: Entry<T, Kept>, onChange: () => void) {
    this.#entry = entry;
    this.onChange = onChange;
  }

  lookup(): Lookup<ReadonlyMap<string, Kept>> {
    return this.#entry.watch.lookup();
  }

  release(): void {
    const { users, onUnused } = this.#entry;
    if (users.delete(this) && users.size === 0) onUnused();
  }
}

/** Watches with reference counts: opened by their first user, closed a while after their last. */
export class WatchPool<T extends KubeObject, Kept> {
  readonly #options: WatchPoolOptions<T, Kept>;
  readonly #entries = new Map<string, Entry<T, Kept>>();
  #closed = false;

  constructor(options: WatchPoolOptions<T, Kept>) {
    this.#options = options;
  }

  /** How many watches are open. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes a share. `onChange` is called whenever the answer changes, never from within this call. */
  acquire(query: WatchQuery, onChange: () => void): WatchLease<Kept> {
    if (this.#closed) throw new Error(`no more ${this.#options.subject} are watched: the pool is closed`);
    const key = keyOf(query);
    const entry = this.#entries.get(key) ?? this.#open(key, query);
    entry.linger?.cancel();
    entry.linger = undefined;
    const share = new Share(entry, onChange);
    entry.users.add(share);
    return share;
  }

  /** What an open watch shows; undefined when there is none. */
  peek(query: WatchQuery): Lookup<ReadonlyMap<string, Kept>> | undefined {
    return this.#entries.get(keyOf(query))?.watch.lookup();
  }

  /** Ends every watch and waits for them. */
  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) {
      entry.linger?.cancel();
      entry.users.clear();
      entry.controller.abort();
    }
    await Promise.all(entries.map(({ done }) => done));
  }

  #open(key: string, query: WatchQuery): Entry<T, Kept> {
    const { subject, source, keep, isSame, clock, log, random = Math.random } = this.#options;
    const users = new Set<Share<T, Kept>>();
    const controller = new AbortController();
    const watch = new SharedWatch<T, Kept>({
      subject: `${subject} ${key}`,
      open: (signal) => source(query, signal),
      onChange: () => {
        for (const user of users) user.onChange();
      },
      keep,
      isSame,
      clock,
      log,
      random,
    });
    const entry: Entry<T, Kept> = {
      watch,
      users,
      onUnused: () => this.#startLinger(key, entry),
      controller,
      done: watch.run(controller.signal),
      linger: undefined,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #startLinger(key: string, entry: Entry<T, Kept>): void {
    if (this.#closed) return;
    entry.linger = this.#options.clock.setTimer(() => {
      this.#entries.delete(key);
      entry.controller.abort();
    }, this.#options.lingerMilliseconds ?? defaultLingerMilliseconds);
  }
}

function keyOf({ namespace, name }: WatchQuery): string {
  return `${namespace}/${name ?? '*'}`;
}

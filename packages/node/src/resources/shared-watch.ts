import { isForbidden } from '../kube/kube-error.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { WatchEvent } from '../kube/watch-event.ts';
import type { Logger } from '../provider/logger.ts';
import { Backoff } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import type { Lookup } from './lookup.ts';

/** How long a 403 is taken for the Node authorizer's lag behind the pod's binding, and kept quiet. */
export const forbiddenGraceMilliseconds = 30_000;

/** Quick enough to end with the authorizer's lag, which is some milliseconds as a rule. */
const lagBackoff = {
  initialMilliseconds: 25,
  maximumMilliseconds: 1_000,
  factor: 2,
  jitter: 0.5,
  resetAfterMilliseconds: 120_000,
};

const failureBackoff = {
  initialMilliseconds: 800,
  maximumMilliseconds: 30_000,
  factor: 2,
  jitter: 0.5,
  resetAfterMilliseconds: 120_000,
};

/** What a {@link SharedWatch} is made of. */
export interface SharedWatchOptions<T, Kept> {
  /** For log lines, for example `configmaps shop/settings`. */
  readonly subject: string;
  readonly open: (signal: AbortSignal) => AsyncIterable<WatchEvent<T>>;
  /** What is kept of an object: the rest is never in memory for longer than the event. */
  readonly keep: (object: T) => Kept;
  /** True when nobody needs to hear of the difference. */
  readonly isSame: (previous: Kept, next: Kept) => boolean;
  /** Called when the answer has changed: the first one, a difference, or a failure that has become worth telling. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** One watch, for all who need what it shows. What it has once seen stays known, whatever happens to the connection. */
export class SharedWatch<T extends KubeObject, Kept> {
  readonly #options: SharedWatchOptions<T, Kept>;
  readonly #lag: Backoff;
  readonly #failures: Backoff;
  #known: Map<string, Kept> | undefined;
  #failure: { readonly error: unknown; readonly since: number } | undefined;
  #forbiddenSince: number | undefined;

  constructor(options: SharedWatchOptions<T, Kept>) {
    this.#options = options;
    this.#lag = new Backoff(lagBackoff, options.clock, options.random);
    this.#failures = new Backoff(failureBackoff, options.clock, options.random);
  }

  /** By name. Never back to `pending` or `failed` once there was an answer. */
  lookup(): Lookup<ReadonlyMap<string, Kept>> {
    if (this.#known !== undefined) return { state: 'present', object: this.#known };
    if (this.#failure === undefined) return { state: 'pending' };
    const { error, since } = this.#failure;
    return { state: 'failed', error, sinceMilliseconds: this.#options.clock.monotonic() - since };
  }

  /** Watches, and begins again after every end, until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const delay = await this.#runOnce(signal);
      try {
        await this.#options.clock.sleep(delay, signal);
      } catch {
        return; // Aborted: the only reason for which a sleep rejects.
      }
    }
  }

  /** One connection, to its end. Gives the delay before the next. */
  async #runOnce(signal: AbortSignal): Promise<number> {
    try {
      const listed = new Map<string, Kept>();
      for await (const event of this.#options.open(signal)) {
        if (signal.aborted) break;
        this.#take(event, listed);
      }
      return this.#lag.next();
    } catch (error) {
      return signal.aborted ? 0 : this.#fail(error);
    }
  }

  #take(event: WatchEvent<T>, listed: Map<string, Kept>): void {
    switch (event.type) {
      case 'init':
        listed.clear();
        return;
      case 'init-apply':
        listed.set(nameOf(event.object), this.#options.keep(event.object));
        return;
      case 'init-done':
        this.#replace(listed);
        return;
      case 'apply':
        this.#set(nameOf(event.object), this.#options.keep(event.object));
        return;
      case 'delete':
        if (this.#known?.delete(nameOf(event.object)) === true) this.#options.onChange();
    }
  }

  #replace(listed: ReadonlyMap<string, Kept>): void {
    const previous = this.#known;
    this.#known = new Map(listed);
    this.#failure = undefined;
    this.#forbiddenSince = undefined;
    const isUnchanged =
      previous !== undefined &&
      previous.size === listed.size &&
      [...listed].every(([name, next]) => {
        const before = previous.get(name);
        return before !== undefined && this.#options.isSame(before, next);
      });
    if (!isUnchanged) this.#options.onChange();
  }

  #set(name: string, next: Kept): void {
    this.#known ??= new Map();
    const previous = this.#known.get(name);
    this.#known.set(name, next);
    if (previous === undefined || !this.#options.isSame(previous, next)) this.#options.onChange();
  }

  #fail(error: unknown): number {
    const { clock, log, subject, onChange } = this.#options;
    const now = clock.monotonic();
    if (isForbidden(error)) {
      this.#forbiddenSince ??= now;
      if (now - this.#forbiddenSince < forbiddenGraceMilliseconds) return this.#lag.next();
    } else {
      this.#forbiddenSince = undefined;
    }
    const isNews = this.#failure === undefined && this.#known === undefined;
    log[isNews ? 'warn' : 'debug']('cannot watch what a pod refers to, will try again', { subject, error });
    this.#failure = { error, since: this.#failure?.since ?? this.#forbiddenSince ?? now };
    if (isNews) onChange();
    return this.#failures.next();
  }
}

function nameOf(object: KubeObject): string {
  return object.metadata?.name ?? '';
}

import { Backoff, type BackoffOptions } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import type { KubeClient } from './client.ts';
import { dropManagedFields } from './drop-managed-fields.ts';
import type { KubeObject, ResourceType } from './resource.ts';
import type { WatchEvent } from './watch-event.ts';
import { Watcher } from './watcher.ts';
import type { WatchProblem } from './watch-recovery.ts';

export interface WatchOptions<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly type: ResourceType<T>;
  /** Without one, all namespaces. */
  readonly namespace?: string | undefined;
  /** One object only; allowed under the Node authorizer for what a pod of the node uses. */
  readonly name?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Hears of everything that went wrong; the watch goes on by itself. It must not throw. */
  readonly onProblem?: ((problem: WatchProblem) => void) | undefined;
  /** Changes each object before anybody sees it; by default managedFields are dropped. It may change it in place. */
  readonly transform?: ((object: T) => T) | undefined;
  /** Objects per page, where paging is used; 500 by default. */
  readonly pageSize?: number | undefined;
  /** False begins with a LIST instead of a streamed list. */
  readonly watchList?: boolean | undefined;
  /** How long a watch may be silent; 120 s by default, twice the time between two bookmarks. */
  readonly idleMilliseconds?: number | undefined;
  /** Numbers from 0 up to 1; `Math.random` by default. */
  readonly random?: (() => number) | undefined;
}

/** {@link WatchOptions} with every default filled in. */
export interface ResolvedWatchOptions<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly type: ResourceType<T>;
  readonly namespace: string | undefined;
  readonly selectors: { readonly labelSelector: string | undefined; readonly fieldSelector: string | undefined };
  readonly onProblem: (problem: WatchProblem) => void;
  readonly transform: (object: T) => T;
  readonly pageSize: number;
  readonly watchList: boolean;
  readonly idleMilliseconds: number;
  readonly random: () => number;
}

/** client-go's reflector waits 0.8 s to 30 s and begins again after 2 min; full jitter keeps a thousand watches apart. */
const retry: BackoffOptions = {
  initialMilliseconds: 800,
  maximumMilliseconds: 30_000,
  factor: 2,
  jitter: 1,
  resetAfterMilliseconds: 120_000,
};

/**
 * Lists and watches objects for as long as the signal is not aborted; then it ends. Nothing else ends it: it lists again when
 * its place in history is gone, and watches again from where it was after anything else. See {@link WatchEvent} for the order
 * of what it tells.
 */
export function watchObjects<T extends KubeObject>(
  options: WatchOptions<T>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const resolved = resolveWatchOptions(options);
  return new Watcher(resolved, new Backoff(retry, resolved.clock, resolved.random)).run(signal);
}

function resolveWatchOptions<T extends KubeObject>(options: WatchOptions<T>): ResolvedWatchOptions<T> {
  const { client, clock, type, namespace, name, labelSelector, fieldSelector } = options;
  const fields = [name === undefined ? undefined : `metadata.name=${name}`, fieldSelector].filter(Boolean).join(',');
  return {
    client,
    clock,
    type,
    namespace,
    selectors: { labelSelector, fieldSelector: fields || undefined },
    onProblem: options.onProblem ?? (() => undefined),
    transform: options.transform ?? dropManagedFields,
    pageSize: options.pageSize ?? 500,
    watchList: options.watchList ?? true,
    idleMilliseconds: options.idleMilliseconds ?? 120_000,
    random: options.random ?? Math.random,
  };
}

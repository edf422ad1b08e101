import type { KubeClient } from '../kube/client.ts';
import type { KubeObject, ResourceType } from '../kube/resource.ts';
import { watchObjects } from '../kube/watch.ts';
import type { WatchEvent } from '../kube/watch-event.ts';
import type { WatchProblem } from '../kube/watch-recovery.ts';
import type { Clock } from '../work/clock.ts';
import type { WatchQuery, WatchSource } from './watch-source.ts';

/** What a {@link kubeWatchSource} is made of. */
export interface KubeWatchSourceOptions<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly type: ResourceType<T>;
  /** For jitter; gives numbers from 0 up to 1. */
  readonly random?: (() => number) | undefined;
  /** Hears of everything that went wrong. It must not throw. */
  readonly onProblem?: ((problem: WatchProblem) => void) | undefined;
}

/**
 * Watches at the API server. A list that fails is thrown, for the reader to decide when to ask again; once the list is there,
 * the watch mends itself.
 */
export function kubeWatchSource<T extends KubeObject>(options: KubeWatchSourceOptions<T>): WatchSource<T> {
  return (query, signal) => listOrThrow(options, query, signal);
}

async function* listOrThrow<T extends KubeObject>(
  options: KubeWatchSourceOptions<T>,
  query: WatchQuery,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const controller = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const onProblem = (problem: WatchProblem): void => {
    const { error, during, retryInMilliseconds } = problem;
    options.onProblem?.(problem);
    const isListing = during === 'empty' || during === 'init-page';
    // Without a wait it is another way to list that is tried, not the same again.
    if (!isListing || retryInMilliseconds === 0) return;
    failure = { error };
    controller.abort();
  };
  const onAbort = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    yield* watchObjects({ ...options, ...query, onProblem }, controller.signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  if (failure !== undefined) throw failure.error;
}

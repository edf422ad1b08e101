import type { Backoff } from '../work/backoff.ts';
import { TurnBudget } from '../work/turn-budget.ts';
import { throttledBy } from './kube-error.ts';
import { listObjects } from './list-objects.ts';
import { type KubeObject, resourcePath } from './resource.ts';
import { isOlderResourceVersion } from './resource-version.ts';
import type { ResolvedWatchOptions } from './watch.ts';
import type { WatchEvent } from './watch-event.ts';
import { HistoryReplacedError, IncompleteListError, recoverFrom, ShortWatchError } from './watch-recovery.ts';
import type { InitMode, WatchState } from './watch-state.ts';
import { openWatchStream, type RawWatchEvent } from './watch-stream.ts';

type Events<T> = AsyncGenerator<WatchEvent<T>, void, undefined>;

/** Marks the bookmark that ends the objects of a streamed list (KEP-3157). */
const endOfListAnnotation = 'k8s.io/initial-events-end';
/** A streamed list that is silent for this long before its end is given up for a LIST. */
const listIdleMilliseconds = 10_000;
/** As in client-go, a watch that ends sooner and brought nothing counts as an error. */
const shortestWatchMilliseconds = 1_000;

/** How many objects of a list are handed on before other work gets a turn. */
const objectsPerTurn = 50;

/** One watch, from its first list to its abort: see `watchObjects`. */
export class Watcher<T extends KubeObject> {
  readonly #options: ResolvedWatchOptions<T>;
  readonly #backoff: Backoff;
  readonly #turn = new TurnBudget(objectsPerTurn);
  #state: WatchState;
  #listMode: InitMode;

  constructor(options: ResolvedWatchOptions<T>, backoff: Backoff) {
    this.#options = options;
    this.#backoff = backoff;
    this.#listMode = options.watchList ? 'watch-list' : 'pages';
    this.#state = { kind: 'empty', mode: this.#listMode };
  }

  async *run(signal: AbortSignal): Events<T> {
    while (!signal.aborted) {
      try {
        yield* this.#step(signal);
      } catch (error) {
        if (signal.aborted) return;
        const wait = this.#recover(error);
        if (wait > 0) await this.#options.clock.sleep(wait, signal).catch(() => undefined);
      }
    }
  }

  /** Does what the state asks for, and leaves the next one. */
  async *#step(signal: AbortSignal): Events<T> {
    const state = this.#state;
    switch (state.kind) {
      case 'empty':
        yield { type: 'init' };
        this.#state = { kind: 'init-page', mode: state.mode };
        return;
      case 'init-page':
        yield* state.mode === 'watch-list' ? this.#streamListAndWatch(signal) : this.#list(state.mode, signal);
        return;
      case 'init-listed':
        yield { type: 'init-done', resourceVersion: state.resourceVersion };
        this.#state = { kind: 'watching', resourceVersion: state.resourceVersion };
        return;
      case 'watching':
        yield* this.#watch(state.resourceVersion, signal);
        return;
    }
  }

  async *#list(mode: InitMode, signal: AbortSignal): Events<T> {
    const { client, type, namespace, selectors, pageSize, transform } = this.#options;
    const limit = mode === 'all' ? 'all' : pageSize;
    let resourceVersion = '';
    for await (const page of listObjects(client, type, { namespace, ...selectors, limit }, signal)) {
      resourceVersion = page.resourceVersion;
      // A page was parsed in one go; what is done with its objects must not add to that.
      await nextTurn();
      for (const object of page.items) {
        if (!this.#turn.tryTake()) await this.#turn.take();
        yield { type: 'init-apply', object: transform(object) };
      }
    }
    this.#state = { kind: 'init-listed', resourceVersion };
  }

  /** One watch that brings what is there, a bookmark, and then the changes. */
  async *#streamListAndWatch(signal: AbortSignal): Events<T> {
    const { transform, idleMilliseconds } = this.#options;
    const idle = (): number => (this.#state.kind === 'watching' ? idleMilliseconds : listIdleMilliseconds);
    const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
    for await (const batch of this.#open(query, idle, signal)) {
      let begin = 0;
      for (; this.#state.kind !== 'watching' && begin < batch.length; begin++) {
        const event = batch[begin] as RawWatchEvent<T>;
        if (event.type !== 'BOOKMARK') {
          if (!this.#turn.tryTake()) await this.#turn.take();
          yield { type: 'init-apply', object: transform(event.object) };
        } else if (event.object.metadata?.annotations?.[endOfListAnnotation] === 'true') {
          this.#state = { kind: 'init-listed', resourceVersion: resourceVersionOf(event) };
          yield* this.#step(signal);
        }
      }
      yield* this.#changes(batch.slice(begin));
    }
    if (this.#state.kind !== 'watching') throw new IncompleteListError();
  }

  async *#watch(resourceVersion: string, signal: AbortSignal): Events<T> {
    const { clock, idleMilliseconds } = this.#options;
    const startedAt = clock.monotonic();
    let brought = false;
    for await (const batch of this.#open({ resourceVersion }, () => idleMilliseconds, signal)) {
      brought = true;
      yield* this.#changes(batch);
    }
    if (!brought && clock.monotonic() - startedAt < shortestWatchMilliseconds) throw new ShortWatchError();
  }

  *#changes(batch: readonly RawWatchEvent<T>[]): Generator<WatchEvent<T>, void, undefined> {
    for (const event of batch) {
      const got = resourceVersionOf(event);
      const seen = this.#state.kind === 'watching' ? this.#state.resourceVersion : '';
      if (isOlderResourceVersion(got, seen)) throw new HistoryReplacedError(seen, got);
      if (event.type === 'DELETED') yield { type: 'delete', object: this.#options.transform(event.object) };
      else if (event.type !== 'BOOKMARK') yield { type: 'apply', object: this.#options.transform(event.object) };
      if (got !== '') this.#state = { kind: 'watching', resourceVersion: got };
    }
  }

  #open(
    query: Readonly<Record<string, string | boolean>>,
    idleMilliseconds: () => number,
    signal: AbortSignal,
  ): AsyncGenerator<RawWatchEvent<T>[], void, undefined> {
    const { client, clock, type, namespace, selectors, random } = this.#options;
    // As in client-go: 5 to 10 minutes, so that watches which began together do not end together.
    const timeoutSeconds = Math.floor(300 * (1 + random()));
    return openWatchStream<T>(
      {
        client,
        clock,
        path: resourcePath(type, { namespace }),
        query: { watch: true, allowWatchBookmarks: true, timeoutSeconds, ...selectors, ...query },
        idleMilliseconds,
      },
      signal,
    );
  }

  /** Leaves the state to go on from, reports, and gives the milliseconds to wait. */
  #recover(error: unknown): number {
    const during = this.#state.kind;
    const recovery = recoverFrom(this.#state, error, this.#listMode);
    if (recovery.watchListUnsupported) this.#listMode = 'pages';
    this.#state = recovery.state;
    const asked = throttledBy(error)?.retryAfterMilliseconds ?? 0;
    const retryInMilliseconds = recovery.wait ? Math.max(asked, this.#backoff.next()) : 0;
    this.#options.onProblem({ error, during, relist: recovery.state.kind === 'empty', retryInMilliseconds });
    return retryInMilliseconds;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function resourceVersionOf(event: RawWatchEvent<KubeObject>): string {
  return event.object.metadata?.resourceVersion ?? '';
}

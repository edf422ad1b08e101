import type { SubscriptionIndex } from '../store/subscriptions.ts';
import type { StoreEvent } from '../store/watch-window.ts';
import type { ClockTimer } from '../clock.ts';
import { expired, tooLargeResourceVersion } from '../status/errors.ts';
import type { ApiRequest } from './api-request.ts';
import { EventStream } from './event-stream.ts';
import { isSelected, type ListOptions } from './list-options.ts';
import { writeHead } from './respond.ts';
import { watchFormat } from './watch-format.ts';
import { selectEvent } from './watch-selection.ts';

const bookmarkMilliseconds = 60_000;
const shortestDefaultTimeoutSeconds = 1_800;
const mostWaiting = 16_384;

/** Where a watch begins: with the whole state, or after a revision. */
type Start = { initial: true } | { initial: false; after: number };

function startOf(request: ApiRequest, options: ListOptions): Start {
  const { store } = request.registry;
  const version = options.resourceVersion ?? 0;
  if (options.sendInitialEvents === true) {
    if (version > store.revision) throw tooLargeResourceVersion(version, store.revision);
    return { initial: true };
  }
  if (version > 0) return { initial: false, after: version };
  if (options.sendInitialEvents === false) return { initial: false, after: store.revision };
  return { initial: true };
}

/** A watch of one node's pods, or of one object, is only told about changes of that value. */
function indexOf(options: ListOptions): SubscriptionIndex | undefined {
  const narrow = options.fields.find((one) => !one.negated && one.value !== '');
  return narrow === undefined ? undefined : { name: narrow.field, value: narrow.value, read: narrow.read };
}

/** Bookmarks, while they are wanted, and the end of the watch. */
function startTimers(request: ApiRequest, options: ListOptions, calls: { bookmark(): void; end(): void }): () => void {
  const { clock } = request.registry;
  const timers: { bookmark?: ClockTimer; end?: ClockTimer } = {};
  const schedule = (): void => {
    timers.bookmark = clock.setTimeout(() => {
      calls.bookmark();
      schedule();
    }, bookmarkMilliseconds);
  };
  if (options.allowWatchBookmarks) schedule();
  const seconds = options.timeoutSeconds ?? shortestDefaultTimeoutSeconds * (1 + Math.random());
  timers.end = clock.setTimeout(() => calls.end(), seconds * 1000);
  return () => {
    timers.bookmark?.cancel();
    timers.end?.cancel();
  };
}

/** Streams changes until the client leaves, the time is up or the cluster closes. */
export function watchObjects(request: ApiRequest, options: ListOptions): void {
  const { response, signal, registry, resource, namespace } = request;
  const { store } = registry;
  const { plural } = resource.definition;
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const format = watchFormat(request);
  const start = startOf(request, options);
  const past = start.initial ? [] : store.since(plural, start.after);
  const stream = new EventStream({ response, signal, mostWaiting });
  writeHead(response, 200);
  response.flushHeaders();
  if (past === undefined) {
    const after = start.initial ? 0 : start.after;
    const { status } = expired(`too old resource version: ${after} (${store.oldestRevision(plural)})`);
    stream.push(() => `{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
    stream.end();
    return;
  }
  const floor = start.initial ? store.revision : start.after;
  const forward = (event: StoreEvent): void => {
    if (event.revision <= floor) return;
    const selected = selectEvent(event, prefix, options);
    if (selected === undefined) return;
    stream.push(() => `{"type":"${selected.type}","object":${format.object(selected.stored)}}\n`);
  };
  const bookmark = (endsInitialEvents: boolean): void => {
    const { revision } = store;
    stream.push(() => `{"type":"BOOKMARK","object":${format.bookmark(revision, { endsInitialEvents })}}\n`);
  };
  if (start.initial) {
    for (const stored of store.list(plural, prefix)) {
      if (!isSelected(options, stored.object)) continue;
      stream.push(() => `{"type":"ADDED","object":${format.object(stored)}}\n`, { counts: false });
    }
    if (options.sendInitialEvents === true && options.allowWatchBookmarks) bookmark(true);
  }
  for (const event of past) forward(event);
  const index = indexOf(options);
  const unsubscribe = store.subscribe(plural, forward, index === undefined ? {} : { index });
  const stopTimers = startTimers(request, options, {
    bookmark: () => bookmark(false),
    end: () => {
      stop();
      stream.end();
    },
  });
  const stop = (): void => {
    unsubscribe();
    stopTimers();
  };
  signal.addEventListener('abort', stop, { once: true });
}

import { isExpired, isResourceVersionTooLarge, KubeError } from './kube-error.ts';
import type { InitMode, WatchState } from './watch-state.ts';
import { WatchStalledError } from './watch-stream.ts';

/** Something that went wrong with a watch, and what is done about it. */
export interface WatchProblem {
  readonly error: unknown;
  /** What the watch was doing. */
  readonly during: WatchState['kind'];
  /** Whether everything is listed again, or the watch goes on from where it was. */
  readonly relist: boolean;
  readonly retryInMilliseconds: number;
}

/** A watch ended before it had brought all objects that are there. */
export class IncompleteListError extends Error {
  override readonly name = 'IncompleteListError';
  readonly code = 'IncompleteList';

  constructor() {
    super('the watch ended before the end of the initial events');
  }
}

/** An event is older than one before it: the history was replaced, as when etcd is restored from a copy. */
export class HistoryReplacedError extends Error {
  override readonly name = 'HistoryReplacedError';
  readonly code = 'HistoryReplaced';

  constructor(seen: string, got: string) {
    super(`resourceVersion ${got} came after ${seen}: the history was replaced`);
  }
}

/** A watch ended at once and had brought nothing, as it does when something in between cuts it. */
export class ShortWatchError extends Error {
  override readonly name = 'ShortWatchError';
  readonly code = 'ShortWatch';

  constructor() {
    super('the watch ended within a second without an event');
  }
}

export interface Recovery {
  readonly state: WatchState;
  /** Waits for the backoff. Without it, a way that the API server does not know is left for another one at once. */
  readonly wait: boolean;
  /** The streamed list is not to be tried again. */
  readonly watchListUnsupported?: true;
}

/** What to do after an error: a value for each state and kind of error. `listMode` is the way to list that is preferred. */
export function recoverFrom(state: WatchState, error: unknown, listMode: InitMode): Recovery {
  switch (state.kind) {
    case 'empty':
    case 'init-page':
      return recoverList(state.mode, error, listMode);
    case 'init-listed':
      return { state: { kind: 'watching', resourceVersion: state.resourceVersion }, wait: true };
    case 'watching':
      return recoverWatch(state, error, listMode);
  }
}

function recoverWatch(state: WatchState & { kind: 'watching' }, error: unknown, listMode: InitMode): Recovery {
  const stalled = error instanceof WatchStalledError;
  // kube-apiserver keeps a watch from a resourceVersion that it has not reached silent, without an error or a bookmark: after
  // etcd is restored from a copy that lasts for ever. A second stall from one place is taken for that.
  if (historyIsGone(error) || (stalled && state.stalled))
    return { state: { kind: 'empty', mode: listMode }, wait: true };
  return { state: { kind: 'watching', resourceVersion: state.resourceVersion, stalled }, wait: true };
}

function recoverList(mode: InitMode, error: unknown, listMode: InitMode): Recovery {
  const again = (next: InitMode, wait: boolean): Recovery => ({ state: { kind: 'empty', mode: next }, wait });
  switch (mode) {
    case 'watch-list':
      // An API server or a proxy that does not know the parameters: 422 from a real one, 400 from others.
      if (error instanceof KubeError && (error.code === 400 || error.code === 422 || error.reason === 'Invalid')) {
        return { ...again('pages', false), watchListUnsupported: true };
      }
      if (error instanceof WatchStalledError) return again('pages', false);
      if (error instanceof IncompleteListError || historyIsGone(error)) return again('pages', true);
      return again(listMode, true);
    case 'pages':
      // The continue token expired: history is compacted every 5 minutes. Once more will do, unless pages come very slowly.
      return isExpired(error) ? again('pages-again', false) : again(listMode, true);
    case 'pages-again':
      // One long answer holds up the event loop, and is better than none.
      return isExpired(error) ? again('all', false) : again(listMode, true);
    case 'all':
      return again(historyIsGone(error) ? 'all' : listMode, true);
  }
}

function historyIsGone(error: unknown): boolean {
  return isExpired(error) || isResourceVersionTooLarge(error) || error instanceof HistoryReplacedError;
}

import type { WatchEvent } from '../kube/watch-event.ts';

/** What is watched: one object by its name, or all of a kind in a namespace. Never more. */
export interface WatchQuery {
  readonly namespace: string;
  /** Absent: every object of the namespace. */
  readonly name?: string;
}

/**
 * Lists and watches until `signal` is aborted. It may end or throw at any time: whoever reads it asks again, and decides
 * when.
 */
export type WatchSource<T> = (query: WatchQuery, signal: AbortSignal) => AsyncIterable<WatchEvent<T>>;

import type { Pod } from '@vk/node/provider';
import type { BackendObject } from './simulated-backend.ts';

/** One thing that happened, in the order in which it did. */
export type HistoryEntry =
  /** A version of a pod in the API, in the moment of its write. */
  | { readonly kind: 'pod'; readonly event: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly pod: Pod }
  /** A request that reached the API server. */
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly by: string;
      readonly method: string;
      readonly path: string;
      readonly query: Readonly<Record<string, unknown>>;
      readonly body: unknown;
    }
  /** What the API server answered, whether or not anybody got it; the text of a stream is left out. */
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly by: string;
      readonly status: number;
      readonly body: unknown;
    }
  /** A call that reached the backend. `existed`: the backend had an object of this UID. */
  | {
      readonly kind: 'call';
      readonly by: string;
      readonly method: string;
      readonly uid: string;
      readonly existed: boolean;
    }
  /** A backend object as it is from now on, or as it was when it went. */
  | {
      readonly kind: 'backend';
      readonly change: 'created' | 'changed' | 'gone';
      readonly cause: string;
      readonly object: Readonly<BackendObject>;
    }
  /** The API server came back from a copy: what its objects are now follows. */
  | { readonly kind: 'restored' }
  | { readonly kind: 'process'; readonly by: string; readonly change: 'started' | 'cut' | 'stopped' };

export type Recorded = HistoryEntry & { readonly at: number };

/** Everything that happened to the API and to the backend, in one order. */
export class History {
  readonly entries: Recorded[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(entry: HistoryEntry): void {
    this.entries.push({ ...entry, at: this.#now() });
  }
}

import type { PodRecord } from './pod-record.ts';

/** Calls that are counted because the first few of them are to fail. */
export type CountedCall = 'throttle' | 'start-error' | 'delete-error';

/** One change of the backend, a line of the state file. */
export type StateEntry =
  | { readonly put: PodRecord }
  | { readonly remove: string }
  | { readonly attempt: { readonly uid: string; readonly call: CountedCall; readonly count: number } };

/** What is known of one object of the API. */
export type Lookup<T> =
  | { readonly state: 'present'; readonly object: T }
  | { readonly state: 'absent' }
  /** No answer yet. */
  | { readonly state: 'pending' }
  /** It could not be read so far, and was never read before. `sinceMilliseconds` is how long this has been so. */
  | { readonly state: 'failed'; readonly error: unknown; readonly sinceMilliseconds: number };

/**
 * What a watch tells, in this order: `init`, then every object that is there (`init-apply`), then `init-done`; from then on
 * `apply` and `delete`. Another `init` at any time begins again, and what it does not name before its `init-done` is gone.
 */
export type WatchEvent<T> =
  | { readonly type: 'init' }
  | { readonly type: 'init-apply'; readonly object: T }
  | { readonly type: 'init-done'; readonly resourceVersion: string }
  | { readonly type: 'apply'; readonly object: T }
  | { readonly type: 'delete'; readonly object: T };

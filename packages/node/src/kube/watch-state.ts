/** How the objects that are there are asked for: streamed by a watch, page by page (and once more), or all in one answer. */
export type InitMode = 'watch-list' | 'pages' | 'pages-again' | 'all';

/** Where a watch is. To list again is to go back to `empty`. */
export type WatchState =
  /** Nothing is known. */
  | { readonly kind: 'empty'; readonly mode: InitMode }
  /** The objects that are there are coming in. */
  | { readonly kind: 'init-page'; readonly mode: InitMode }
  /** They are all in. */
  | { readonly kind: 'init-listed'; readonly resourceVersion: string }
  /** Changes are coming in, or are to be asked for, from after this resourceVersion; `stalled` when a watch from there did. */
  | { readonly kind: 'watching'; readonly resourceVersion: string; readonly stalled?: boolean };

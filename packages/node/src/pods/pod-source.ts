import type { Pod } from '../provider/wire.ts';

export interface PodSourceHandlers {
  /** A pod of this node that is new or has changed. */
  onApply(pod: Pod): void;
  /** A pod of this node that the API no longer has, by what the watch says. */
  onDelete(last: Pod): void;
  /** The API server came back from a copy: versions from before say nothing any more. All pods that are there follow. */
  onHistoryReplaced(): void;
}

/** The pods bound to one node, as the API shows them. One watch may serve many nodes. */
export interface PodSource {
  /** Calls the handlers for what is there, then for every change, until the returned function is called. */
  subscribe(handlers: PodSourceHandlers): () => void;
  /** Resolves when everything that was there at the start has been given to the handlers. */
  readonly synced: Promise<void>;
}

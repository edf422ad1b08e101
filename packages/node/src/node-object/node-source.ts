import type { Node } from '../provider/wire.ts';

/** What a watch says of one Node. One watch may serve many nodes. */
export interface NodeSource {
  /** Calls the handlers for every change of this Node until the returned function is called. */
  subscribe(name: string, handlers: { onApply(node: Node): void; onDelete(last: Node): void }): () => void;
}

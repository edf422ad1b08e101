/** The reason of signals when the kubelet API takes no more requests: the process is about to end. */
export class NodeStoppingError extends Error {
  override readonly name = 'NodeStoppingError';
  readonly code = 'NodeStopping';

  constructor() {
    super('the node is stopping');
  }
}

import type { Logger } from './logger.ts';

/** What every call into a provider is given last. */
export interface CallContext {
  /**
   * Aborted when the answer is no longer wanted; `signal.reason` says why (deadline, shutdown, the pod is being deleted).
   * A call that ignores it loses its worker slot, not the node.
   */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch at which `signal` is aborted. Streams and subscriptions have none. */
  readonly deadline?: number;
  /** Carries the fields of the call: node, pod, container, method. */
  readonly log: Logger;
}

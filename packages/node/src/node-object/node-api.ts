import type { Lease, Node } from '../provider/wire.ts';

/** The reads and writes that a node makes for its own Node and Lease objects. */
export interface NodeApi {
  /** Undefined when there is none. */
  getNode(signal: AbortSignal): Promise<Node | undefined>;
  createNode(node: Node, signal: AbortSignal): Promise<Node>;
  /** Strategic merge on the status subresource; for nodes it carries labels and annotations too. */
  patchNodeStatus(patch: object, signal: AbortSignal): Promise<Node>;
  /** Merge patch of the Node itself. */
  patchNode(patch: object, signal: AbortSignal): Promise<Node>;
  /** Only this UID; gone already is a success. */
  deleteNode(uid: string | undefined, signal: AbortSignal): Promise<void>;
  getLease(signal: AbortSignal): Promise<Lease | undefined>;
  createLease(lease: Lease, signal: AbortSignal): Promise<Lease>;
  /** Fails with a conflict when somebody else has written the lease since. */
  updateLease(lease: Lease, signal: AbortSignal): Promise<Lease>;
  deleteLease(signal: AbortSignal): Promise<void>;
  /** Whether the credentials allow a verb on this Node; undefined where the API server cannot say. */
  mayI(verb: 'delete' | 'patch', signal: AbortSignal): Promise<boolean | undefined>;
}

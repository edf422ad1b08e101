import type { CallContext } from './call-context.ts';
import type { NodeAddress, NodeCondition, NodeStatus, Taint } from './wire.ts';

/** What a provider says of its node. What it leaves out keeps the core's default. */
export interface NodeShape {
  /** Quantities by resource name. Defaults to `{ cpu: '20', memory: '100Gi', pods: '110' }`. */
  readonly capacity?: Readonly<Record<string, string>>;
  /** Defaults to `capacity`. */
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly addresses?: readonly NodeAddress[];
  /** Within what NodeRestriction allows a node to set by itself. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Set when the Node is created, never changed afterwards. */
  readonly taints?: readonly Taint[];
  /** Besides `Ready`, which the core writes from `ping`. */
  readonly conditions?: readonly NodeCondition[];
  readonly operatingSystem?: 'linux' | 'windows';
  readonly architecture?: string;
  readonly providerID?: string;
  readonly nodeInfo?: Partial<NonNullable<NodeStatus['nodeInfo']>>;
  readonly images?: NodeStatus['images'];
}

/** Says what the node is, once, before it is registered. */
export interface NodeConfigurer {
  configureNode(node: { readonly name: string }, call: CallContext): Promise<NodeShape>;
}

/** For a backend that can be out of reach or whose shape changes. Without it the node is Ready while the process lives. */
export interface NodeProvider {
  /** Resolves when the backend answers. A throw turns the node's Ready condition False with the error's message. */
  ping(call: CallContext): Promise<void>;
  /** Calls `onNode` whenever the shape changes, until `call.signal` is aborted. Settles when the subscription ends: the core subscribes again. */
  notifyNodeStatus(onNode: (shape: NodeShape) => void, call: CallContext): Promise<void>;
}

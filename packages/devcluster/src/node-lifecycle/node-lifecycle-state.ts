import type { ObjectChange } from '../control-loop/object-change.ts';
import type { Lease } from '../resources/leases.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { isTerminalPod, type Pod } from '../resources/pods/pod-types.ts';
import { Heartbeat } from './heartbeat.ts';

/** A node, and when it was last heard of. */
export interface TrackedNode {
  node: Node;
  heartbeat: Heartbeat;
}

/** What happened to the set of nodes since it was last asked. */
export interface Membership {
  added: Node[];
  removed: Node[];
}

/** What the node lifecycle knows of the cluster, kept up to date by its changes. */
export class NodeLifecycleState {
  readonly #now: () => number;
  readonly #nodes = new Map<string, TrackedNode>();
  readonly #leases = new Map<string, Lease>();
  readonly #pods = new Map<string, Pod>();
  readonly #podsByNode = new Map<string, Set<string>>();
  readonly #dirty = new Set<string>();
  #membership: Membership = { added: [], removed: [] };

  constructor(now: () => number) {
    this.#now = now;
  }

  tracked(): Iterable<TrackedNode> {
    return this.#nodes.values();
  }

  *allNodes(): Generator<Node> {
    for (const { node } of this.#nodes.values()) yield node;
  }

  node(name: string): TrackedNode | undefined {
    return this.#nodes.get(name);
  }

  pod(uid: string): Pod | undefined {
    return this.#pods.get(uid);
  }

  podsOn(nodeName: string): Pod[] {
    return [...(this.#podsByNode.get(nodeName) ?? [])].flatMap((uid) => this.#pods.get(uid) ?? []);
  }

  /** The nodes that pods name and that are not there. */
  missingNodes(): string[] {
    return [...this.#podsByNode.keys()].filter((name) => !this.#nodes.has(name));
  }

  /** Marks a node to be looked at. */
  touch(nodeName: string): void {
    this.#dirty.add(nodeName);
  }

  /** Marks every node to be looked at. */
  touchAll(): void {
    for (const name of this.#nodes.keys()) this.#dirty.add(name);
  }

  /** The nodes to look at, which are then no longer marked. */
  takeTouched(): string[] {
    const names = [...this.#dirty];
    this.#dirty.clear();
    return names;
  }

  takeMembership(): Membership {
    const membership = this.#membership;
    this.#membership = { added: [], removed: [] };
    return membership;
  }

  /** Takes in a change of a node. Returns whether there is something to do. */
  onNode({ type, object }: ObjectChange): boolean {
    const node = object as Node;
    const { name, uid } = node.metadata;
    const tracked = this.#nodes.get(name);
    if (type === 'deleted') {
      this.#nodes.delete(name);
      this.#membership.removed.push(node);
      return true;
    }
    this.#dirty.add(name);
    if (tracked === undefined || tracked.node.metadata.uid !== uid) {
      const heartbeat = new Heartbeat(node, this.#now());
      const lease = this.#leases.get(name);
      if (lease !== undefined) heartbeat.onLease(lease, this.#now());
      this.#nodes.set(name, { node, heartbeat });
      this.#membership.added.push(node);
      return true;
    }
    tracked.heartbeat.onNode(node, this.#now());
    tracked.node = node;
    return true;
  }

  /** Takes in a change of a lease. The next look at the clock notices it: it makes nothing to do at once. */
  onLease({ type, object }: ObjectChange): boolean {
    const lease = object as Lease;
    const { name, namespace } = lease.metadata;
    if (namespace !== 'kube-node-lease') return false;
    if (type === 'deleted') {
      this.#leases.delete(name);
      return false;
    }
    this.#leases.set(name, lease);
    this.#nodes.get(name)?.heartbeat.onLease(lease, this.#now());
    return false;
  }

  /** Takes in a change of a pod. Pods on nodes that are well make nothing to do. */
  onPod({ type, object }: ObjectChange): boolean {
    const pod = object as Pod;
    const { uid } = pod.metadata;
    const nodeName = pod.spec.nodeName ?? '';
    const before = this.#pods.get(uid)?.spec.nodeName ?? '';
    if (before !== '' && (type === 'deleted' || before !== nodeName)) this.#unindex(before, uid);
    if (type === 'deleted' || nodeName === '') {
      this.#pods.delete(uid);
      return false;
    }
    this.#pods.set(uid, pod);
    const uids = this.#podsByNode.get(nodeName) ?? new Set();
    this.#podsByNode.set(nodeName, uids.add(uid));
    const node = this.#nodes.get(nodeName)?.node;
    if (node === undefined) return before !== nodeName;
    const isWell = node.status?.conditions?.some(({ type: name, status }) => name === 'Ready' && status === 'True');
    const evicts = node.spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
    if (isTerminalPod(pod) || (isWell === true && !evicts)) return false;
    this.#dirty.add(nodeName);
    return true;
  }

  #unindex(nodeName: string, uid: string): void {
    const uids = this.#podsByNode.get(nodeName);
    uids?.delete(uid);
    if (uids?.size === 0) this.#podsByNode.delete(nodeName);
  }
}

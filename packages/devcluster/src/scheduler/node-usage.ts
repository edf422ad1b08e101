import type { Node } from '../resources/nodes/node-types.ts';
import { readAmounts } from '../resources/pods/pod-resources.ts';
import { inSchedulingUnits, type HostPort, type PodDemand } from './pod-demand.ts';

/** What a pod that asks for nothing counts for when nodes are compared, so that such pods spread too. */
const assumedAmounts: ReadonlyMap<string, number> = new Map([
  ['cpu', 100],
  ['memory', 200 * 1024 * 1024],
]);

function collide(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false;
  return left.address === right.address || left.address === '0.0.0.0' || right.address === '0.0.0.0';
}

/** A node and what the pods on it take of it. */
export class NodeUsage {
  #node: Node;
  #allocatable: ReadonlyMap<string, number>;
  readonly #taken = new Map<string, number>();
  /** As `#taken`, with the assumed amounts: for comparing nodes only. */
  readonly #weighed = new Map<string, number>();
  readonly #pods = new Map<string, PodDemand>();

  constructor(node: Node) {
    this.#node = node;
    this.#allocatable = inSchedulingUnits(readAmounts(node.status?.allocatable));
  }

  get node(): Node {
    return this.#node;
  }

  get podCount(): number {
    return this.#pods.size;
  }

  /** Takes over a newer state of the node. */
  update(node: Node): void {
    this.#node = node;
    this.#allocatable = inSchedulingUnits(readAmounts(node.status?.allocatable));
  }

  allocatable(name: string): number {
    return this.#allocatable.get(name) ?? 0;
  }

  taken(name: string): number {
    return this.#taken.get(name) ?? 0;
  }

  /** The share of a resource that stays free with one more pod, from 0 to 1, counting what pods are assumed to take. */
  freeShareWith(name: string, demand: PodDemand): number {
    const all = this.allocatable(name);
    if (all === 0) return 0;
    const own = demand.amounts.get(name) ?? assumedAmounts.get(name) ?? 0;
    return Math.max(0, all - (this.#weighed.get(name) ?? 0) - own) / all;
  }

  hasFreePorts({ hostPorts }: PodDemand): boolean {
    if (hostPorts.length === 0) return true;
    for (const { hostPorts: others } of this.#pods.values()) {
      if (others.some((other) => hostPorts.some((port) => collide(port, other)))) return false;
    }
    return true;
  }

  /** Counts a pod, by UID; counting it twice changes nothing. */
  add(uid: string, demand: PodDemand): void {
    if (this.#pods.has(uid)) return;
    this.#pods.set(uid, demand);
    this.#count(demand, 1);
  }

  /** Stops counting a pod. */
  remove(uid: string): void {
    const demand = this.#pods.get(uid);
    if (demand === undefined) return;
    this.#pods.delete(uid);
    this.#count(demand, -1);
  }

  #count({ amounts }: PodDemand, sign: 1 | -1): void {
    for (const [name, amount] of amounts) this.#taken.set(name, this.taken(name) + sign * amount);
    for (const [name, assumed] of assumedAmounts) {
      const amount = amounts.get(name) ?? assumed;
      this.#weighed.set(name, (this.#weighed.get(name) ?? 0) + sign * amount);
    }
  }
}

import type { ObjectChange } from '../control-loop/object-change.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { isTerminalPod, type Pod } from '../resources/pods/pod-types.ts';
import { NodeUsage } from './node-usage.ts';
import { demandOf, type PodDemand } from './pod-demand.ts';
import { compareUrgency, isWaiting, mayMakeRoom } from './schedulable.ts';

interface KnownPod {
  pod: Pod;
  demand: PodDemand;
  /** The node that it counts on: bound, or about to be. */
  nodeName?: string;
}

/**
 * What the scheduler knows of the cluster: nodes with what is taken of them, pods that wait, and pods that found no
 * place and wait for something to change.
 */
export class SchedulerState {
  readonly #schedulerName: string;
  readonly #nodes = new Map<string, NodeUsage>();
  readonly #pods = new Map<string, KnownPod>();
  readonly #waiting = new Set<string>();
  readonly #unplaced = new Set<string>();
  #list: NodeUsage[] | undefined;

  constructor(schedulerName: string) {
    this.#schedulerName = schedulerName;
  }

  /** All nodes, in a steady order. */
  get nodes(): readonly NodeUsage[] {
    this.#list ??= [...this.#nodes.values()];
    return this.#list;
  }

  /** The pods that are to be placed now, the most urgent first. */
  takeWaiting(): { pod: Pod; demand: PodDemand }[] {
    const taken = [...this.#waiting].flatMap((uid) => this.#pods.get(uid) ?? []);
    this.#waiting.clear();
    return taken.sort((left, right) => compareUrgency(left.pod, right.pod));
  }

  /** The state of a pod as it is known now, when it still waits. */
  stillWaiting(uid: string): Pod | undefined {
    const known = this.#pods.get(uid);
    if (known === undefined || known.nodeName !== undefined) return undefined;
    return isWaiting(known.pod, this.#schedulerName) ? known.pod : undefined;
  }

  /** Counts a pod on a node before the binding is written. */
  assume(uid: string, nodeName: string): void {
    const known = this.#pods.get(uid);
    if (known !== undefined) this.#place(uid, known, nodeName);
  }

  /** Takes an assumption back, after a binding that failed, and lets the pod wait again. */
  forget(uid: string): void {
    const known = this.#pods.get(uid);
    if (known === undefined || known.pod.spec.nodeName) return;
    this.#displace(uid, known);
    if (isWaiting(known.pod, this.#schedulerName)) this.#waiting.add(uid);
  }

  /** Sets a pod aside until something changes. */
  setAside(uid: string): void {
    if (this.#pods.has(uid)) this.#unplaced.add(uid);
  }

  /** Lets every pod that was set aside try again. */
  retryAll(): void {
    for (const uid of this.#unplaced) this.#waiting.add(uid);
    this.#unplaced.clear();
  }

  /** Takes in a change of a node. */
  onNode({ type, object }: ObjectChange): void {
    const node = object as Node;
    const { name } = node.metadata;
    this.#list = undefined;
    const usage = this.#nodes.get(name);
    if (type === 'deleted') {
      this.#nodes.delete(name);
      return this.retryAll();
    }
    const previous = usage?.node;
    if (usage === undefined) this.#addNode(node);
    else usage.update(node);
    if (mayMakeRoom(node, previous)) this.retryAll();
  }

  /** Takes in a change of a pod. */
  onPod({ type, object }: ObjectChange): void {
    const pod = object as Pod;
    const { uid } = pod.metadata;
    const known = this.#pods.get(uid);
    if (type === 'deleted' || isTerminalPod(pod)) {
      if (known === undefined) return;
      const madeRoom = known.nodeName !== undefined;
      this.#displace(uid, known);
      this.#pods.delete(uid);
      this.#waiting.delete(uid);
      this.#unplaced.delete(uid);
      if (madeRoom) this.retryAll();
      return;
    }
    const next: KnownPod = { pod, demand: known?.demand ?? demandOf(pod) };
    if (known?.nodeName !== undefined) next.nodeName = known.nodeName;
    this.#pods.set(uid, next);
    if (pod.spec.nodeName) {
      this.#waiting.delete(uid);
      this.#unplaced.delete(uid);
      this.#place(uid, next, pod.spec.nodeName);
      return;
    }
    const specChanged = known === undefined || known.pod.metadata.generation !== pod.metadata.generation;
    if (!isWaiting(pod, this.#schedulerName)) {
      this.#waiting.delete(uid);
      this.#unplaced.delete(uid);
    } else if (next.nodeName === undefined && (specChanged || !this.#unplaced.has(uid))) {
      this.#unplaced.delete(uid);
      if (specChanged) this.#waiting.add(uid);
    }
  }

  #addNode(node: Node): void {
    const usage = new NodeUsage(node);
    this.#nodes.set(node.metadata.name, usage);
    for (const [uid, { nodeName, demand }] of this.#pods) {
      if (nodeName === node.metadata.name) usage.add(uid, demand);
    }
  }

  #place(uid: string, known: KnownPod, nodeName: string): void {
    if (known.nodeName !== nodeName) this.#displace(uid, known);
    known.nodeName = nodeName;
    this.#nodes.get(nodeName)?.add(uid, known.demand);
  }

  #displace(uid: string, known: KnownPod): void {
    if (known.nodeName === undefined) return;
    this.#nodes.get(known.nodeName)?.remove(uid);
    delete known.nodeName;
  }
}

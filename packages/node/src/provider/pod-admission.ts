import type { PodRef } from './pod-ref.ts';
import type { Node, Pod } from './wire.ts';

/** What an admission is judged by. */
export interface AdmissionSurroundings {
  /** The Node as the API server has it; undefined while it has none. */
  readonly node: Node | undefined;
  /** The pods that the node has taken and that have not ended, without the one that is judged. */
  readonly others: readonly Pod[];
}

/** Why a node does not take a pod that was bound to it. */
export interface PodRejection {
  /** CamelCase, a kubelet's where it has one: for example `OutOfcpu`. The status and the event carry it. */
  readonly reason: string;
  /** A sentence, for people. */
  readonly message: string;
}

/**
 * A node takes a pod that its cluster cannot do without once others have made room: they are stopped, each within its own grace,
 * and end as Failed with the reason `Preempting`. Then the pod is created.
 */
export interface PodPreemption {
  /** What the pod lacks first, for metrics: `pods`, or a resource. */
  readonly resource?: string;
  /** Of those that the node has taken. */
  readonly victims: readonly PodRef[];
}

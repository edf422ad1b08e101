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

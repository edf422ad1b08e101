import type { Follow } from '../control-loop/object-change.ts';
import type { EventReport } from '../resources/new-event.ts';
import type { Node, NodeCondition, Taint } from '../resources/nodes/node-types.ts';
import type { ConditionChange } from '../resources/pods/pod-conditions.ts';
import type { Pod } from '../resources/pods/pod-types.ts';

/**
 * All that the node lifecycle needs of the cluster. Every write names its object by UID, and rejects when that is gone.
 * A rejected write is tried again.
 */
export interface NodeLifecyclePort {
  follow: Follow<'nodes' | 'pods' | 'leases'>;
  setNodeTaints(node: Node, taints: readonly Taint[]): Promise<void>;
  setNodeConditions(node: Node, conditions: readonly NodeCondition[]): Promise<void>;
  setPodCondition(pod: Pod, change: ConditionChange): Promise<void>;
  /** Sets the phase Failed and one condition. */
  failPod(pod: Pod, change: ConditionChange): Promise<void>;
  /** Deletes a pod with its own grace period, or with the one that is given. */
  deletePod(pod: Pod, gracePeriodSeconds?: number): Promise<void>;
  recordEvent(report: EventReport): Promise<void>;
}

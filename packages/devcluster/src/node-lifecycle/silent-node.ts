import { formatTime } from '../clock.ts';
import type { Node, NodeCondition } from '../resources/nodes/node-types.ts';
import { conditionOf } from './wanted-taints.ts';

/** The conditions that nobody but the node itself can vouch for. */
const nodesOwnConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

function unknownCondition(node: Node, type: string, now: number): NodeCondition {
  const current = conditionOf(node, type);
  const lastTransitionTime = formatTime(now);
  if (current === undefined) {
    return {
      type,
      status: 'Unknown',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime,
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    };
  }
  if (current.status === 'Unknown') return current;
  return {
    ...current,
    status: 'Unknown',
    lastTransitionTime,
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  };
}

/**
 * The conditions of a node that has fallen silent: what only it could know is Unknown. Undefined when that is said
 * already.
 */
export function conditionsOfSilentNode(node: Node, now: number): NodeCondition[] | undefined {
  if (conditionOf(node, 'Ready')?.status === 'Unknown') return undefined;
  const unknown = nodesOwnConditions.map((type) => unknownCondition(node, type, now));
  const others = (node.status?.conditions ?? []).filter(({ type }) => !nodesOwnConditions.includes(type));
  return [...unknown, ...others];
}

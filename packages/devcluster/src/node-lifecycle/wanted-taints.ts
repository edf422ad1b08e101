import { formatTime } from '../clock.ts';
import type { Node, NodeCondition, Taint } from '../resources/nodes/node-types.ts';

/** The taint of a node that says that it is not ready. */
export const notReadyTaint = 'node.kubernetes.io/not-ready';
/** The taint of a node that says nothing any more. */
export const unreachableTaint = 'node.kubernetes.io/unreachable';
const unschedulableTaint = 'node.kubernetes.io/unschedulable';

const taintsByCondition: Readonly<Record<string, Readonly<Partial<Record<NodeCondition['status'], string>>>>> = {
  Ready: { False: notReadyTaint, Unknown: unreachableTaint },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};

const ownKeys = new Set([
  unschedulableTaint,
  ...Object.values(taintsByCondition).flatMap((byStatus) => Object.values(byStatus)),
]);

/** The state of a node's condition, where it has it. */
export function conditionOf({ status }: Node, type: string): NodeCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

function noScheduleKeys(node: Node): Set<string> {
  const keys = (node.status?.conditions ?? []).flatMap(({ type, status }) => taintsByCondition[type]?.[status] ?? []);
  return new Set(node.spec.unschedulable === true ? [...keys, unschedulableTaint] : keys);
}

/** Without a Ready condition, NoExecute taints stay as they are. */
function noExecuteKeys(node: Node, options: { evictionsAreHeld: boolean }): Set<string> | undefined {
  if (options.evictionsAreHeld) return new Set();
  const status = conditionOf(node, 'Ready')?.status;
  if (status === undefined) return undefined;
  if (status === 'True') return new Set();
  return new Set([status === 'False' ? notReadyTaint : unreachableTaint]);
}

/**
 * The taints that a node should have for its conditions and for being cordoned, besides those of others; undefined when
 * it has them already. Those that are added carry the time. While evictions are held no node has a NoExecute taint.
 */
export function wantedTaints(
  node: Node,
  now: number,
  options: { evictionsAreHeld: boolean } = { evictionsAreHeld: false },
): Taint[] | undefined {
  const taints = node.spec.taints ?? [];
  const wanted: Readonly<Record<string, Set<string> | undefined>> = {
    NoSchedule: noScheduleKeys(node),
    NoExecute: noExecuteKeys(node, options),
  };
  const isOwn = ({ key, effect }: Taint): boolean =>
    effect === 'NoSchedule' ? ownKeys.has(key) : key === notReadyTaint || key === unreachableTaint;
  const kept = taints.filter((taint) => {
    const keys = wanted[taint.effect];
    return keys === undefined || !isOwn(taint) || keys.has(taint.key);
  });
  const added = (['NoSchedule', 'NoExecute'] as const).flatMap((effect) =>
    [...(wanted[effect] ?? [])]
      .filter((key) => !taints.some((taint) => taint.key === key && taint.effect === effect))
      .map((key): Taint => ({ key, effect, timeAdded: formatTime(now) })),
  );
  return added.length === 0 && kept.length === taints.length ? undefined : [...kept, ...added];
}

/**
 * Whether every node is down. Then the fault is taken to lie with what connects them, and no pod is evicted, as the node
 * lifecycle controller does in a full disruption.
 */
export function isFullDisruption(nodes: Iterable<Node>): boolean {
  let down = 0;
  for (const node of nodes) {
    if (conditionOf(node, 'Ready')?.status === 'True') return false;
    down += 1;
  }
  return down > 0;
}

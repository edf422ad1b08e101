import { jsonEquals } from '../kube/json-equals.ts';
import { nodeMergeSchema } from '../kube/merge-schema.ts';
import { threeWayStrategicMerge } from '../kube/patches.ts';
import type { Node, NodeCondition } from '../provider/wire.ts';
import { lastAppliedAnnotations, readLastApplied } from './last-applied.ts';

/**
 * The strategic-merge patch of a Node's status that brings `current` to `desired`: three-way, by what was written last.
 * What others wrote (labels, annotations, conditions, taints, `unschedulable`) stays; what we wrote before and no longer
 * want goes. Undefined when nothing differs; heartbeat times alone are no difference, unless `heartbeat` says that a report is due.
 */
export function nodePatch(
  current: Node,
  desired: Node,
  options: { readonly now: string; readonly heartbeat: boolean },
): object | undefined {
  const { labels, annotations, status } = readLastApplied(current);
  const original: Pick<Node, 'metadata'> & { readonly status: object } = { metadata: { labels, annotations }, status };
  return threeWayStrategicMerge<object>(original, modified(current, desired, options), current, nodeMergeSchema);
}

/** The fields that a node writes, as they should be. */
function modified(
  current: Node,
  desired: Node,
  options: { readonly now: string; readonly heartbeat: boolean },
): object {
  const { conditions = [], ...status } = desired.status ?? {};
  return {
    metadata: {
      labels: desired.metadata?.labels,
      annotations: { ...desired.metadata?.annotations, ...lastAppliedAnnotations(desired) },
    },
    status: { ...status, conditions: conditions.map((condition) => timed(condition, current, options)) },
  };
}

/** The condition with its times: those that it has where nothing changed. */
function timed(
  condition: NodeCondition,
  current: Node,
  { now, heartbeat }: { readonly now: string; readonly heartbeat: boolean },
): NodeCondition {
  const before = current.status?.conditions?.find(({ type }) => type === condition.type);
  const { status, reason, message } = condition;
  const found = { status, reason, message };
  if (
    !heartbeat &&
    before !== undefined &&
    jsonEquals(found, { status: before.status, reason: before.reason, message: before.message })
  ) {
    return before;
  }
  const since = before?.status === status ? before.lastTransitionTime : undefined;
  return { ...condition, lastHeartbeatTime: now, lastTransitionTime: since ?? now };
}

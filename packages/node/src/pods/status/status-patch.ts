import { podMergeSchema } from '../../kube/merge-schema.ts';
import { twoWayStrategicMerge } from '../../kube/patches.ts';
import type { PodStatus } from '../../provider/wire.ts';
import { asShown } from './as-shown.ts';
import { nodeConditionTypes } from './pod-conditions.ts';

/** The fields of a pod's status that a node writes. Others (qosClass, nominatedNodeName, resize, ...) belong to others. */
const ownedFields = [
  'phase',
  'reason',
  'message',
  'startTime',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'containerStatuses',
  'ephemeralContainerStatuses',
  'resources',
  'allocatedResources',
  'observedGeneration',
] as const satisfies readonly (keyof PodStatus)[];

/** Conditions of a node that are there only while they hold (KEP-1287, KEP-5532). */
const passingConditionTypes = ['PodResizePending', 'PodResizeInProgress', 'AllContainersRestarting'];

/**
 * The strategic-merge patch that brings `current` to `desired` in the fields that a node owns, and touches nothing else:
 * conditions of others, labels and annotations survive. Undefined when nothing differs.
 *
 * Conditions are compared for the types in `desired`; of the node's own types, those that are gone are removed.
 */
export function statusPatch(current: PodStatus | undefined, desired: PodStatus): object | undefined {
  const types = new Set<string>([
    ...nodeConditionTypes,
    ...passingConditionTypes,
    ...(desired.conditions ?? []).map(({ type }) => type),
  ]);
  return twoWayStrategicMerge(owned(current, types), owned(desired, types), podMergeSchema['status']?.fields ?? {});
}

function owned(status: PodStatus | undefined, types: ReadonlySet<string>): PodStatus {
  const fields: Record<string, unknown> = {};
  for (const field of ownedFields) if (status?.[field] !== undefined) fields[field] = status[field];
  const conditions = (status?.conditions ?? []).filter(({ type }) => types.has(type));
  return asShown({ ...fields, conditions });
}

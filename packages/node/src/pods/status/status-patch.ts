import type { PodStatus } from '../../provider/wire.ts';
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
  'observedGeneration',
] as const satisfies readonly (keyof PodStatus)[];

/** Lists that the API server merges by a key instead of replacing them (`patchMergeKey` in core/v1). */
const mergeKeys: Readonly<Record<string, string>> = { hostIPs: 'ip', podIPs: 'ip', conditions: 'type' };

/** `$patch: delete` entries have keys that no API type has. */
type PatchEntry = Readonly<Record<string, unknown>>;

/**
 * The strategic-merge patch that brings `current` to `desired` in the fields that a node owns, and touches nothing else:
 * conditions of others, labels and annotations survive. Undefined when nothing differs.
 *
 * `conditions` are compared for the types in `desired` only; of the node's own types, those that are gone are removed.
 */
export function statusPatch(current: PodStatus | undefined, desired: PodStatus): object | undefined {
  const patch: Record<string, unknown> = {};
  for (const field of ownedFields) {
    const before = current?.[field];
    const after = desired[field];
    if (after === undefined) {
      if (before !== undefined) patch[field] = null;
    } else if (!sameJson(before, after)) {
      const key = mergeKeys[field];
      if (key === undefined) patch[field] = after;
      else Object.assign(patch, orderedListPatch(field, entries(before), entries(after), key));
    }
  }
  const conditions = mergedList(ownConditions(current, desired), entries(desired.conditions), 'type');
  if (conditions.length > 0) patch['conditions'] = conditions;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** The current conditions that the node may change: its own types, and those that the backend reports now. */
function ownConditions(current: PodStatus | undefined, desired: PodStatus): PatchEntry[] {
  const types = new Set<string>([...nodeConditionTypes, ...(desired.conditions ?? []).map(({ type }) => type)]);
  return entries(current?.conditions?.filter(({ type }) => types.has(type)));
}

/** A list of addresses: its first entry must be the pod's address, so that the order is part of the patch where there is one. */
function orderedListPatch(
  field: string,
  before: readonly PatchEntry[],
  after: readonly PatchEntry[],
  key: string,
): Record<string, unknown> {
  const changes = mergedList(before, after, key);
  return {
    ...(after.length > 1 && { [`$setElementOrder/${field}`]: after.map((entry) => ({ [key]: entry[key] })) }),
    ...(changes.length > 0 && { [field]: changes }),
  };
}

/** The entries that changed, and a removal for each that is gone. */
function mergedList(before: readonly PatchEntry[], after: readonly PatchEntry[], key: string): PatchEntry[] {
  const known = new Map(before.map((entry) => [entry[key], entry]));
  const wanted = new Set(after.map((entry) => entry[key]));
  return [
    ...after
      .filter((entry) => !sameEntry(known.get(entry[key]), entry))
      .map((entry) => withRemovals(known.get(entry[key]), entry)),
    ...before.filter((entry) => !wanted.has(entry[key])).map((entry) => ({ $patch: 'delete', [key]: entry[key] })),
  ];
}

/** A field that an entry no longer has is removed by null: `reason` and `message` would stay otherwise. */
function withRemovals(before: PatchEntry | undefined, after: PatchEntry): PatchEntry {
  const gone = Object.keys(before ?? {}).filter((field) => after[field] === undefined && !heartbeats.has(field));
  return { ...after, ...Object.fromEntries(gone.map((field) => [field, null])) };
}

/** Fields of a condition that say when somebody looked, not what was found. */
const heartbeats = new Set(['lastProbeTime', 'lastHeartbeatTime']);

function sameEntry(before: PatchEntry | undefined, after: PatchEntry): boolean {
  if (before === undefined) return false;
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].every((field) => heartbeats.has(field) || sameJson(before[field], after[field]));
}

function entries(list: unknown): readonly PatchEntry[] & PatchEntry[] {
  return (Array.isArray(list) ? list : []) as PatchEntry[];
}

/**
 * Equality of JSON values as the API server shows them. It drops empty texts and lists and writes times with second precision;
 * neither makes a difference that is worth a write.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isEmpty(a) && isEmpty(b)) return true;
  if (typeof a === 'string' && typeof b === 'string')
    return isTime(a) && isTime(b) && wholeSeconds(a) === wholeSeconds(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...fields].every((field) => sameJson(a[field], b[field]));
  }
  return false;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function isTime(value: string): boolean {
  return timePattern.test(value);
}

function wholeSeconds(time: string): string {
  return time.slice(0, 19);
}

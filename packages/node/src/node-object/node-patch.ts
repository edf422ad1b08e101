import { sameJson } from '../pods/status/status-patch.ts';
import type { Node, NodeCondition } from '../provider/wire.ts';
import { lastAppliedAnnotations, readLastApplied } from './last-applied.ts';

type Values = Readonly<Record<string, string>> | undefined;

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
  const last = readLastApplied(current);
  const annotations = { ...desired.metadata?.annotations, ...lastAppliedAnnotations(desired) };
  const metadata = withoutEmpty({
    labels: valuesPatch(current.metadata?.labels, last.labels, desired.metadata?.labels),
    annotations: valuesPatch(current.metadata?.annotations, last.annotations, annotations),
  });
  const {
    conditions: wanted = [],
    addresses = [],
    nodeInfo,
    daemonEndpoints,
    images,
    capacity,
    allocatable,
  } = desired.status ?? {};
  const conditions = conditionsPatch(current.status?.conditions ?? [], last.status.conditions ?? [], wanted, options);
  const status = withoutEmpty({
    capacity: valuesPatch(current.status?.capacity, last.status.capacity, capacity),
    allocatable: valuesPatch(current.status?.allocatable, last.status.allocatable, allocatable),
    conditions: conditions.length > 0 ? conditions : undefined,
    // Merging by type would lose the second address of a type (dual stack): the list is replaced as a whole.
    addresses: sameJson(current.status?.addresses, addresses) ? undefined : [...addresses, { $patch: 'replace' }],
    nodeInfo: includes(current.status?.nodeInfo, nodeInfo) ? undefined : nodeInfo,
    daemonEndpoints: samePort(current, desired) ? undefined : daemonEndpoints,
    images: images === undefined || sameJson(current.status?.images, images) ? undefined : images,
  });
  return withoutEmpty({ metadata, status });
}

/** Sets what is wanted and differs, and removes what was written last and is wanted no more. */
function valuesPatch(current: Values, last: Values, wanted: Values): Record<string, string | null> | undefined {
  const patch: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(wanted ?? {})) if (current?.[key] !== value) patch[key] = value;
  for (const key of Object.keys(last ?? {}))
    if (wanted?.[key] === undefined && current?.[key] !== undefined) patch[key] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function conditionsPatch(
  current: readonly NodeCondition[],
  last: readonly { readonly type: string }[],
  wanted: readonly NodeCondition[],
  { now, heartbeat }: { readonly now: string; readonly heartbeat: boolean },
): object[] {
  const known = new Map(current.map((condition) => [condition.type, condition]));
  const wantedTypes = new Set(wanted.map(({ type }) => type));
  const changed = wanted.flatMap((condition) => {
    const before = known.get(condition.type);
    const same =
      before?.status === condition.status && before.reason === condition.reason && before.message === condition.message;
    if (same && !heartbeat) return [];
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return [{ ...condition, lastHeartbeatTime: now, lastTransitionTime: since ?? now }];
  });
  const removed = last
    .filter(({ type }) => !wantedTypes.has(type) && known.has(type))
    .map(({ type }) => ({ $patch: 'delete', type }));
  return [...changed, ...removed];
}

function samePort(a: Node, b: Node): boolean {
  const port = (node: Node): number => node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
  return port(a) === port(b);
}

/** True when every field of `part` is in `whole` with the same value. */
function includes(whole: object | undefined, part: object | undefined): boolean {
  const fields = (whole ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(part ?? {}).every(([field, value]) => sameJson(fields[field], value));
}

/** Without undefined fields; undefined when none is left. */
function withoutEmpty(fields: Readonly<Record<string, unknown>>): object | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

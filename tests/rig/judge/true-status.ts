import { isTerminalPhase, type Pod, type PodStatus } from '@vk/node/provider';
import type { Recorded } from '../history.ts';
import { revisionOf, statusOf, type BackendObject } from '../simulated-backend.ts';
import { ApiReplay, nameOf, versionKey, writersOf } from './api-versions.ts';

/** The conditions of a pod that belong to its node. */
const nodeConditions = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'AllContainersRestarting',
]);

/**
 * Promise 3. Terminal phases stay; a pod ends before its object goes, unless somebody removed it by force; older never follows
 * newer; what is written is what the backend said; and a node writes status only, its own, for the UID that it means.
 */
export function judgeTrueStatus(entries: readonly Recorded[]): string[] {
  const complaints: string[] = [];
  const writers = writersOf(entries);
  const api = new ApiReplay();
  const reported = new Map<string, BackendObject>();
  const live = new Map<string, BackendObject>();
  const forced = new Set<string>();
  const newest = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const at = `entry ${index}`;
    if (entry.kind === 'backend') {
      const { uid } = entry.object.stamp;
      reported.set(`${uid}/${entry.object.revision}`, entry.object);
      if (entry.change === 'gone') live.delete(uid);
      else live.set(uid, entry.object);
    }
    if (entry.kind === 'request') complaints.push(...judgeRequest(entry, at));
    if (entry.kind === 'request' && isForce(entry)) noteForced(entry, forced);
    if (entry.kind !== 'pod') {
      api.take(entry);
      continue;
    }
    const { pod } = entry;
    const uid = pod.metadata?.uid ?? '';
    const before = api.get(uid);
    api.take(entry);
    if (entry.event === 'DELETED') {
      const ended = isTerminalPhase(before?.status?.phase);
      if (!ended && !forced.has(`${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`))
        complaints.push(`${at}: ${nameOf(pod)} went from the API before it had ended`);
      continue;
    }
    if (before === undefined) continue;
    const writer = writers.get(versionKey(pod));
    if (writer === undefined || writer === 'user') continue;
    const problems = [
      ...judgeEnd(before, pod),
      ...judgeForeign(before, pod),
      ...judgeOrder(pod, newest),
      ...judgeTruth(pod, before, reported, live.get(uid)),
    ];
    complaints.push(...problems.map((problem) => `${at}: ${writer} wrote ${nameOf(pod)}: ${problem}`));
  }
  return complaints;
}

/** Writes of pods are status patches and ends, for one UID. */
function judgeRequest(request: Extract<Recorded, { kind: 'request' }>, at: string): string[] {
  const { by, method, path, body } = request;
  if (by === 'user' || method === 'GET' || !/\/pods(\/|$)/.test(path)) return [];
  const what = `${at}: ${by} sent ${method} ${path}`;
  if (method === 'PATCH' && path.endsWith('/status')) {
    const { metadata, ...rest } = body as { readonly metadata?: Readonly<Record<string, unknown>> };
    const fields = [...Object.keys(rest), ...Object.keys(metadata ?? {}).map((key) => `metadata.${key}`)];
    const more = fields.filter((field) => field !== 'status' && field !== 'metadata.uid');
    if (metadata?.['uid'] === undefined) return [`${what} without the UID that it means`];
    return more.length === 0 ? [] : [`${what} with ${more.join(', ')}`];
  }
  if (method === 'DELETE') {
    const { preconditions } = body as { readonly preconditions?: { readonly uid?: string } };
    return preconditions?.uid === undefined ? [`${what} without the UID that it means`] : [];
  }
  return [`${what}, which is not for a node to write`];
}

function isForce(request: Extract<Recorded, { kind: 'request' }>): boolean {
  const { by, method, body } = request;
  return (
    by === 'user' &&
    method === 'DELETE' &&
    (body as { gracePeriodSeconds?: number } | undefined)?.gracePeriodSeconds === 0
  );
}

function noteForced(request: Extract<Recorded, { kind: 'request' }>, forced: Set<string>): void {
  const [, namespace, name] = /\/namespaces\/([^/]+)\/pods\/([^/]+)$/.exec(request.path) ?? [];
  if (namespace !== undefined && name !== undefined) forced.add(`${namespace}/${name}`);
}

/** A terminal phase stays. */
function judgeEnd(before: Pod, after: Pod): string[] {
  const { phase } = before.status ?? {};
  return isTerminalPhase(phase) && phase !== after.status?.phase
    ? [`it left its terminal phase for ${after.status?.phase ?? 'none'}`]
    : [];
}

/** What belongs to others stays. */
function judgeForeign(before: Pod, after: Pod): string[] {
  const theirs = ({ metadata, spec, status }: Pod): string =>
    JSON.stringify([
      metadata?.labels,
      metadata?.annotations,
      metadata?.finalizers,
      spec,
      (status?.conditions ?? []).filter(({ type }) => !nodeConditions.has(type)),
    ]);
  return theirs(before) === theirs(after) ? [] : ['something that belongs to others was changed'];
}

function judgeOrder(pod: Pod, newest: Map<string, number>): string[] {
  const uid = pod.metadata?.uid ?? '';
  const revision = revisionOf(pod.status);
  if (revision === undefined) return [];
  const before = newest.get(uid) ?? 0;
  newest.set(uid, Math.max(before, revision));
  return revision < before ? [`revision ${revision} after ${before}`] : [];
}

function judgeTruth(
  pod: Pod,
  before: Pod,
  reported: ReadonlyMap<string, BackendObject>,
  object: BackendObject | undefined,
): string[] {
  const { status } = pod;
  const ends = isTerminalPhase(status?.phase) && !isTerminalPhase(before.status?.phase);
  if (ends && object !== undefined) {
    const truth = statusOf(object);
    if (!isTerminalPhase(truth.phase)) return ['it was said to have ended while it ran'];
    if (truth.phase !== status?.phase || exitOf(truth) !== exitOf(status))
      return [
        `it ended ${truth.phase} (${exitOf(truth)}), and was said to be ${status?.phase ?? ''} (${exitOf(status)})`,
      ];
  }
  const revision = revisionOf(status);
  if (revision === undefined || (ends && object === undefined)) return [];
  const said = reported.get(`${pod.metadata?.uid ?? ''}/${revision}`);
  if (said === undefined) return [`revision ${revision} was never reported`];
  return facts(statusOf(said)) === facts(status)
    ? []
    : [`revision ${revision} was ${facts(statusOf(said))}, and was written as ${facts(status)}`];
}

function exitOf(status: PodStatus | undefined): string {
  return (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.exitCode ?? '-').join(',');
}

function facts(status: PodStatus | undefined): string {
  const containers = (status?.containerStatuses ?? []).map(({ image, restartCount, ready, state }) =>
    [image, restartCount, ready, Object.keys(state ?? {}).join('+')].join(' '),
  );
  return [status?.phase, exitOf(status), ...containers].join('; ');
}

import type { BackendRetention, Pod } from '@vk/node/provider';
import type { Recorded } from '../history.ts';
import type { BackendObject } from '../simulated-backend.ts';
import { ApiReplay } from './api-versions.ts';

export interface OneRunOptions {
  readonly retention: BackendRetention;
  /** With several processes for one node, or calls that come back late, a create may meet an object that is there. */
  readonly repeatedCreateAllowed?: boolean;
  /** A create that the core has given up may come true after its pod is gone; what it leaves is removed. */
  readonly lateCreateAllowed?: boolean;
}

/**
 * Promise 1. One run per UID: no create for an object that is there, none for a pod whose object is gone, except where it
 * died with its process or was lost before the API had shown that it started; and none while another pod of its name runs.
 */
export function judgeOneRun(entries: readonly Recorded[], options: OneRunOptions): string[] {
  const complaints: string[] = [];
  const api = new ApiReplay();
  const live = new Map<string, BackendObject>();
  const ends = new Map<string, string>();
  const started = new Set<string>();
  /** What was gone before the process that lives now began. */
  const before = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    api.take(entry);
    const at = `entry ${index}`;
    if (entry.kind === 'pod' && showsStart(entry.pod)) started.add(entry.pod.metadata?.uid ?? '');
    if (
      entry.kind === 'call' &&
      entry.method === 'createPod' &&
      entry.existed &&
      options.repeatedCreateAllowed !== true
    ) {
      complaints.push(`${at}: ${entry.by} created a pod whose object was there: ${entry.uid}`);
    }
    if (entry.kind === 'process' && entry.change === 'started') for (const uid of ends.keys()) before.add(uid);
    if (entry.kind !== 'backend') continue;
    const { stamp } = entry.object;
    if (entry.change === 'gone') {
      live.delete(stamp.uid);
      ends.set(stamp.uid, entry.cause);
      continue;
    }
    if (entry.change === 'created') {
      const end = ends.get(stamp.uid);
      // A process cannot know of what died in another one whether it had been lost before.
      const anew = options.retention === 'dies-with-process' && before.has(stamp.uid);
      const again = end === 'died with the process' || (end === 'lost' && (anew || !started.has(stamp.uid)));
      const late = options.lateCreateAllowed === true && api.get(stamp.uid) === undefined;
      if (end !== undefined && !again && !late)
        complaints.push(`${at}: a second run of ${stamp.uid}, whose first was ${end}`);
      for (const other of live.values()) {
        const { stamp: its } = other;
        const sameName =
          its.namespace === stamp.namespace && its.name === stamp.name && its.nodeName === stamp.nodeName;
        if (sameName && its.clusterId === stamp.clusterId && other.phase === 'Running')
          complaints.push(`${at}: ${stamp.uid} began while ${its.uid} of the same name ran`);
      }
      if (entry.cause === 'createPod' && api.last(stamp.uid) === undefined)
        complaints.push(`${at}: a run of ${stamp.uid}, which the API never had`);
    }
    live.set(stamp.uid, entry.object);
  }
  return complaints;
}

function showsStart({ status }: Pod): boolean {
  if (status?.phase === 'Running' || status?.startTime !== undefined) return true;
  return (status?.containerStatuses ?? []).some(
    ({ state }) => state?.running !== undefined || state?.terminated !== undefined,
  );
}

import { isTerminalPhase, type Pod } from '@vk/node/provider';
import type { Recorded } from '../history.ts';
import type { BackendObject } from '../simulated-backend.ts';
import { ApiReplay } from './api-versions.ts';

export interface NothingByMistakeOptions {
  readonly clusterId: string;
  readonly nodeName: string;
}

/**
 * Promise 2. A backend object is stopped only when the API has its pod deleted or ended, or has no such UID and said so to
 * this very process; it is removed only in the last case, and only when it is finished; and it carries the whole stamp.
 */
export function judgeNothingByMistake(entries: readonly Recorded[], options: NothingByMistakeOptions): string[] {
  const complaints: string[] = [];
  const api = new ApiReplay();
  const objects = new Map<string, BackendObject>();
  const confirmations = new Confirmations();
  const sightings = new DeletionSightings();
  for (const [index, entry] of entries.entries()) {
    api.take(entry);
    confirmations.take(entry);
    sightings.take(entry);
    const at = `entry ${index}`;
    if (entry.kind === 'backend') objects.set(entry.object.stamp.uid, entry.object);
    if (entry.kind !== 'call' || (entry.method !== 'deletePod' && entry.method !== 'removePod') || !entry.existed)
      continue;
    const object = objects.get(entry.uid);
    if (object === undefined) continue;
    const { stamp } = object;
    const what = `${at}: ${entry.by} ${entry.method} ${stamp.name} (${stamp.uid.slice(-4)})`;
    if (stamp.clusterId !== options.clusterId || stamp.nodeName !== options.nodeName)
      complaints.push(`${what}, which carries the stamp of somebody else`);
    const pod = api.get(entry.uid);
    if (pod === undefined) {
      const sawDeletion = entry.method === 'deletePod' && sightings.has(entry.by, entry.uid);
      if (!sawDeletion && !confirmations.has(entry.by, stamp.name, entry.uid))
        complaints.push(`${what} without an answer of its own that the API has no such UID`);
    } else if (entry.method === 'removePod') {
      complaints.push(`${what} while the API still has it`);
    } else if (pod.metadata?.deletionTimestamp === undefined && !isTerminalPhase(pod.status?.phase)) {
      complaints.push(`${what} while the API wants it to run`);
    }
    if (entry.method === 'removePod' && object.phase !== 'Succeeded' && object.phase !== 'Failed')
      complaints.push(`${what} while it ran`);
  }
  return complaints;
}

/** Which process was there to see the deletion of a UID before it was gone. */
class DeletionSightings {
  readonly #alive = new Set<string>();
  readonly #seen = new Set<string>();

  take(entry: Recorded): void {
    if (entry.kind === 'process') {
      if (entry.change === 'started') this.#alive.add(entry.by);
      else this.#alive.delete(entry.by);
    }
    if (entry.kind !== 'pod' || entry.event === 'DELETED' || entry.pod.metadata?.deletionTimestamp === undefined)
      return;
    for (const process of this.#alive) this.#seen.add(`${process}/${entry.pod.metadata.uid ?? ''}`);
  }

  has(by: string, uid: string): boolean {
    return this.#seen.has(`${by}/${uid}`);
  }
}

/** Which process was told by the API server itself that which UID is gone. */
class Confirmations {
  readonly #requests = new Map<string, Extract<Recorded, { kind: 'request' }>>();
  /** By process and name: the UIDs that each live read showed. */
  readonly #reads = new Map<string, Set<string>[]>();
  readonly #deleted = new Set<string>();

  take(entry: Recorded): void {
    if (entry.kind === 'request') this.#requests.set(`${entry.by}/${entry.id}`, entry);
    if (entry.kind !== 'answer') return;
    const request = this.#requests.get(`${entry.by}/${entry.id}`);
    if (request === undefined) return;
    const name = nameRead(request);
    if (name !== undefined && entry.status === 200) {
      const items = (entry.body as { readonly items?: readonly Pod[] }).items ?? [];
      this.#add(`${entry.by}/${name}`, new Set(items.map(({ metadata }) => metadata?.uid ?? '')));
    }
    if (request.method !== 'DELETE') return;
    const { preconditions } = (request.body ?? {}) as { readonly preconditions?: { readonly uid?: string } };
    const held = ((entry.body as Partial<Pod> | undefined)?.metadata?.finalizers?.length ?? 0) > 0;
    const gone = (entry.status === 200 && !held) || entry.status === 404;
    if (preconditions?.uid !== undefined && gone) this.#deleted.add(`${entry.by}/${preconditions.uid}`);
  }

  has(by: string, name: string, uid: string): boolean {
    if (this.#deleted.has(`${by}/${uid}`)) return true;
    return (this.#reads.get(`${by}/${name}`) ?? []).some((uids) => !uids.has(uid));
  }

  #add(key: string, uids: Set<string>): void {
    this.#reads.set(key, [...(this.#reads.get(key) ?? []), uids]);
  }
}

/** The name that a live read is about: a LIST of one namespace by node and name. */
function nameRead({ method, path, query }: Extract<Recorded, { kind: 'request' }>): string | undefined {
  if (method !== 'GET' || !/^\/api\/v1\/namespaces\/[^/]+\/pods$/.test(path) || query['watch'] !== undefined)
    return undefined;
  const { fieldSelector } = query;
  return typeof fieldSelector === 'string' ? /(?:^|,)metadata\.name=([^,]+)/.exec(fieldSelector)?.[1] : undefined;
}

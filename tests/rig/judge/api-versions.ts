import type { Pod } from '@vk/node/provider';
import type { Recorded } from '../history.ts';

/** Which process wrote which version of a pod: the answer to a write carries the version that it made. */
export function writersOf(entries: readonly Recorded[]): ReadonlyMap<string, string> {
  const writers = new Map<string, string>();
  const requests = new Map<string, Extract<Recorded, { kind: 'request' }>>();
  for (const entry of entries) {
    if (entry.kind === 'request') requests.set(`${entry.by}/${entry.id}`, entry);
    if (entry.kind !== 'answer' || entry.status >= 300) continue;
    const request = requests.get(`${entry.by}/${entry.id}`);
    if (request === undefined || request.method === 'GET' || !request.path.includes('/pods/')) continue;
    const { metadata } = entry.body as Pod;
    const version = `${metadata?.uid ?? ''}/${metadata?.resourceVersion ?? ''}`;
    // A write that changes nothing is answered with the version that was there.
    if (!writers.has(version)) writers.set(version, entry.by);
  }
  return writers;
}

export function versionKey(pod: Pod): string {
  return `${pod.metadata?.uid ?? ''}/${pod.metadata?.resourceVersion ?? ''}`;
}

/** What the API has of each UID, as the history is gone through. */
export class ApiReplay {
  readonly #pods = new Map<string, Pod>();
  readonly #everSeen = new Map<string, Pod>();

  take(entry: Recorded): void {
    if (entry.kind === 'restored') this.#pods.clear();
    if (entry.kind !== 'pod') return;
    const uid = entry.pod.metadata?.uid ?? '';
    this.#everSeen.set(uid, entry.pod);
    if (entry.event === 'DELETED') this.#pods.delete(uid);
    else this.#pods.set(uid, entry.pod);
  }

  get(uid: string): Pod | undefined {
    return this.#pods.get(uid);
  }

  /** As it is, or as it was when it went. */
  last(uid: string): Pod | undefined {
    return this.#everSeen.get(uid);
  }
}

export function nameOf(pod: Pod | undefined): string {
  return `${pod?.metadata?.name ?? '?'} (${(pod?.metadata?.uid ?? '?').slice(-4)})`;
}

import { formatPodRef, type PodRef } from '../provider/pod-ref.ts';
import { newPodRecord, type PodRecord } from './pod-record.ts';

/** All records of one node, by UID and by name. Several UIDs may share a name while an old pod is on its way out. */
export class PodRecords {
  readonly #byUid = new Map<string, PodRecord>();
  readonly #byName = new Map<string, PodRecord[]>();

  get size(): number {
    return this.#byUid.size;
  }

  get(uid: string): PodRecord | undefined {
    return this.#byUid.get(uid);
  }

  getOrAdd(ref: PodRef): PodRecord {
    const known = this.#byUid.get(ref.uid);
    if (known !== undefined) return known;
    const record = newPodRecord(ref);
    this.#byUid.set(ref.uid, record);
    const key = formatPodRef(ref);
    const sameName = this.#byName.get(key);
    if (sameName === undefined) this.#byName.set(key, [record]);
    else sameName.push(record);
    return record;
  }

  /** The records under `namespace/name`, oldest first. A copy: records may go while it is read. */
  named(key: string): readonly PodRecord[] {
    return [...(this.#byName.get(key) ?? [])];
  }

  remove(record: PodRecord): void {
    this.#byUid.delete(record.ref.uid);
    const key = formatPodRef(record.ref);
    const rest = (this.#byName.get(key) ?? []).filter((other) => other !== record);
    if (rest.length === 0) this.#byName.delete(key);
    else this.#byName.set(key, rest);
  }

  all(): IterableIterator<PodRecord> {
    return this.#byUid.values();
  }
}

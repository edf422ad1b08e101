import type { StoredObject } from './stored-object.ts';

export type StoreEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One change of the store. For a deletion, `current` is the last state under the revision of the deletion. */
export interface StoreEvent {
  type: StoreEventType;
  revision: number;
  current: StoredObject;
  previous?: StoredObject;
}

/** The latest changes of one resource; older ones are dropped, so that memory stays bounded. */
export class WatchWindow {
  readonly #capacity: number;
  #events: StoreEvent[] = [];
  #start = 0;
  #floor: number;

  constructor(options: { capacity: number; floor: number }) {
    this.#capacity = options.capacity;
    this.#floor = options.floor;
  }

  /** The oldest revision from which every later change is still known. */
  get floor(): number {
    return this.#floor;
  }

  push(event: StoreEvent): void {
    this.#events.push(event);
    if (this.#events.length - this.#start > this.#capacity) this.#dropOldest();
  }

  /** Drops everything up to the revision, as compaction does. */
  compact(revision: number): void {
    while (this.#start < this.#events.length && (this.#events[this.#start]?.revision ?? 0) <= revision)
      this.#dropOldest();
    this.#floor = Math.max(this.#floor, revision);
  }

  /** The changes after the revision, oldest first; undefined when some of them are no longer known. */
  since(revision: number): StoreEvent[] | undefined {
    if (revision < this.#floor) return undefined;
    let low = this.#start;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }

  #dropOldest(): void {
    const oldest = this.#events[this.#start];
    if (oldest === undefined) return;
    this.#floor = oldest.revision;
    this.#start += 1;
    if (this.#start > this.#capacity) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }
}

import type { KubeObject } from '../registry/definition.ts';
import { compareText } from './compare-text.ts';
import { deepFreeze } from './deep-freeze.ts';
import { SortedKeys } from './sorted-keys.ts';
import { StoredObject } from './stored-object.ts';
import { type SubscribeOptions, Subscriptions } from './subscriptions.ts';
import { type StoreEvent, WatchWindow } from './watch-window.ts';

interface Shelf {
  objects: Map<string, StoredObject>;
  keys: SortedKeys;
  window: WatchWindow;
  subscriptions: Subscriptions;
}

export interface ObjectStoreOptions {
  /** How many changes of each resource are kept for watches and for paging. */
  watchWindow: number;
}

/**
 * All objects, in memory, under one revision that only grows. Every method is synchronous, so a read and the write that
 * follows it in the same turn are one transaction. Resources are told apart by plural name.
 */
export class ObjectStore {
  readonly #shelves = new Map<string, Shelf>();
  readonly #watchWindow: number;
  #revision = 1;

  constructor(options: ObjectStoreOptions) {
    this.#watchWindow = options.watchWindow;
  }

  /** The revision of the latest change of anything. */
  get revision(): number {
    return this.#revision;
  }

  get(plural: string, key: string): StoredObject | undefined {
    return this.#shelf(plural).objects.get(key);
  }

  /** The objects whose key begins with the prefix, in key order. */
  list(plural: string, prefix = ''): StoredObject[] {
    const { keys, objects } = this.#shelf(plural);
    return keys.withPrefix(prefix).flatMap((key) => objects.get(key) ?? []);
  }

  count(plural: string): number {
    return this.#shelf(plural).objects.size;
  }

  /** Writes an object, new or changed, under the next revision. The object is frozen and given its resourceVersion. */
  put(plural: string, key: string, object: KubeObject): StoredObject {
    const shelf = this.#shelf(plural);
    const previous = shelf.objects.get(key);
    const current = this.#next(key, object);
    shelf.objects.set(key, current);
    if (previous === undefined) shelf.keys.add(key);
    this.#publish(shelf, {
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      revision: current.revision,
      current,
      ...(previous === undefined ? {} : { previous }),
    });
    return current;
  }

  /** Removes an object and gives back its last state, which carries the revision of the removal. */
  delete(plural: string, key: string): StoredObject | undefined {
    const shelf = this.#shelf(plural);
    const previous = shelf.objects.get(key);
    if (previous === undefined) return undefined;
    shelf.objects.delete(key);
    shelf.keys.delete(key);
    const current = this.#next(key, previous.object);
    this.#publish(shelf, { type: 'DELETED', revision: current.revision, current, previous });
    return current;
  }

  /** Called for every later change, in order, in the turn of the write. Gives back what ends it. */
  subscribe(plural: string, listener: (event: StoreEvent) => void, options: SubscribeOptions = {}): () => void {
    return this.#shelf(plural).subscriptions.add(listener, options);
  }

  /** The changes after a revision, or undefined when the window no longer reaches back that far. */
  since(plural: string, revision: number): StoreEvent[] | undefined {
    return this.#shelf(plural).window.since(revision);
  }

  /** The oldest revision from which a watch of this resource can start. */
  oldestRevision(plural: string): number {
    return this.#shelf(plural).window.floor;
  }

  /** The objects as they were at a revision, or undefined when that can no longer be told. */
  snapshot(plural: string, revision: number, prefix = ''): StoredObject[] | undefined {
    if (revision >= this.#revision) return this.list(plural, prefix);
    const later = this.since(plural, revision);
    if (later === undefined) return undefined;
    const touched = later.filter((event) => event.current.key.startsWith(prefix));
    if (touched.length === 0) return this.list(plural, prefix);
    const objects = new Map(this.list(plural, prefix).map((stored) => [stored.key, stored]));
    for (const event of touched.reverse()) {
      if (event.previous === undefined) objects.delete(event.current.key);
      else objects.set(event.current.key, event.previous);
    }
    return [...objects.values()].sort((left, right) => compareText(left.key, right.key));
  }

  /** Forgets the history up to now, as compaction does: older resourceVersions give 410 from here on. */
  compact(): void {
    for (const shelf of this.#shelves.values()) shelf.window.compact(this.#revision);
  }

  #next(key: string, object: KubeObject): StoredObject {
    this.#revision += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#revision) };
    return new StoredObject(key, deepFreeze({ ...object, metadata }), this.#revision);
  }

  #publish(shelf: Shelf, event: StoreEvent): void {
    shelf.window.push(event);
    shelf.subscriptions.publish(event);
    event.previous?.forgetJson();
  }

  #shelf(plural: string): Shelf {
    let shelf = this.#shelves.get(plural);
    if (shelf === undefined) {
      const window = new WatchWindow({ capacity: this.#watchWindow, floor: 0 });
      shelf = { objects: new Map(), keys: new SortedKeys(), window, subscriptions: new Subscriptions() };
      this.#shelves.set(plural, shelf);
    }
    return shelf;
  }
}

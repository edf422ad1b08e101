import { deepFreeze } from './deep-freeze.ts';
import type { KubeObject } from './resource.ts';
import { isOlderResourceVersion } from './resource-version.ts';
import { shareUnchanged } from './share-unchanged.ts';
import { keyOf, Store, type StoreReader } from './store.ts';
import { type WatchOptions, watchObjects } from './watch.ts';
import type { WatchEvent } from './watch-event.ts';

export interface DeleteInfo {
  /** The deletion itself was not seen: the object is the last that was known, not the last that there was. */
  readonly finalStateUnknown: boolean;
}

/** Who is told of changes. Each call is made after the store has changed, with frozen objects. */
export interface ReflectorHandlers<T> {
  /** An object is there or has changed. `previous` is what the store had, of the same uid. */
  onApply?(object: T, previous: T | undefined): void;
  onDelete?(last: T, info: DeleteInfo): void;
  /**
   * The history that everything was told from is no more: etcd was restored from a copy. Versions from before say nothing about
   * those from now on. All that is there is told again after this.
   */
  onHistoryReplaced?(): void;
  /** The store is complete for the first time, or again after everything was listed anew. */
  onSynced?(): void;
}

export interface ReflectorOptions<T> extends WatchOptions<T> {
  readonly handlers?: ReflectorHandlers<T>;
  /** Hears of what a handler throws, which must not end the watch. Without it, such an error ends the run. */
  readonly onHandlerError?: (error: unknown) => void;
}

/**
 * Keeps a store of what a watch tells. Objects go in as they come, also while listing, so that ten thousand of them never hold
 * up the event loop; what a list did not name is taken out when the list is complete. Another object of the same name is told
 * as a deletion first. What a list names and the store has already is not told again.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #store = new Store<T>();
  readonly #synced = Promise.withResolvers<void>();
  /** While listing: what the list named so far. */
  #listing: Set<string> | undefined;
  #resourceVersion = '';

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    // A run that ends early rejects it; who waits for it hears that, and nobody has to wait.
    this.#synced.promise.catch(() => undefined);
  }

  get store(): StoreReader<T> {
    return this.#store;
  }

  /** Resolves when the store is complete for the first time; rejects with the reason of the abort when that never happens. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Watches until the signal is aborted, then resolves. The store keeps what it has. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      for await (const event of watchObjects(this.#options, signal)) {
        if (signal.aborted) break;
        this.#take(event);
      }
      this.#synced.reject(signal.reason);
    } catch (error) {
      this.#synced.reject(error);
      throw error;
    }
  }

  #take(event: WatchEvent<T>): void {
    switch (event.type) {
      case 'init':
        this.#listing = new Set();
        return;
      case 'init-apply':
        this.#listing?.add(keyOf(event.object));
        this.#apply(event.object);
        return;
      case 'init-done':
        this.#completeList(event.resourceVersion);
        return;
      case 'apply':
        this.#resourceVersion = versionOf(event.object);
        this.#apply(event.object);
        return;
      case 'delete':
        this.#resourceVersion = versionOf(event.object);
        this.#delete(event.object);
        return;
    }
  }

  #apply(received: T): void {
    const key = keyOf(received);
    const previous = this.#store.getByKey(key);
    if (previous !== undefined && previous.metadata?.uid !== received.metadata?.uid) {
      this.#store.delete(key);
      this.#tellDeleted(previous, { finalStateUnknown: true });
    }
    const same = previous?.metadata?.uid === received.metadata?.uid ? previous : undefined;
    const object = same === undefined ? received : shareUnchanged(same, received);
    this.#store.set(object);
    if (this.#listing !== undefined && same !== undefined && versionOf(same) === versionOf(object)) return;
    this.#tell((handlers) => handlers.onApply?.(deepFreeze(object), same));
  }

  #delete(object: T): void {
    const key = keyOf(object);
    const known = this.#store.getByKey(key);
    if (known === undefined || known.metadata?.uid !== object.metadata?.uid) return;
    this.#store.delete(key);
    // Many may be deleted at once, and be kept until their end has been worked on.
    this.#tellDeleted(shareUnchanged(known, object), { finalStateUnknown: false });
  }

  #completeList(resourceVersion: string): void {
    const listing = this.#listing;
    this.#listing = undefined;
    for (const key of this.#store.keys()) {
      const object = listing?.has(key) ? undefined : this.#store.getByKey(key);
      if (object === undefined) continue;
      this.#store.delete(key);
      this.#tellDeleted(object, { finalStateUnknown: true });
    }
    // A list from an older history (etcd restored from a copy) may use a number again for something else: nothing is known.
    if (isOlderResourceVersion(resourceVersion, this.#resourceVersion)) {
      this.#tell((handlers) => handlers.onHistoryReplaced?.());
      this.#tellAgain();
    }
    this.#resourceVersion = resourceVersion;
    this.#synced.resolve();
    this.#tell((handlers) => handlers.onSynced?.());
  }

  #tellAgain(): void {
    for (const object of this.#store.list()) this.#tell((handlers) => handlers.onApply?.(object, undefined));
  }

  #tellDeleted(last: T, info: DeleteInfo): void {
    this.#tell((handlers) => handlers.onDelete?.(deepFreeze(last), info));
  }

  #tell(call: (handlers: ReflectorHandlers<T>) => void): void {
    const { handlers, onHandlerError } = this.#options;
    if (handlers === undefined) return;
    try {
      call(handlers);
    } catch (error) {
      if (onHandlerError === undefined) throw error;
      onHandlerError(error);
    }
  }
}

function versionOf(object: KubeObject): string {
  return object.metadata?.resourceVersion ?? '';
}

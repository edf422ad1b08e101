import type { KubeObject } from '../registry/definition.ts';
import type { StoreEvent } from './watch-window.ts';

/** A field and the one value that a subscriber cares for, so that thousands of narrow subscribers cost little. */
export interface SubscriptionIndex {
  name: string;
  value: string;
  read: (object: KubeObject) => string;
}

export interface SubscribeOptions {
  /** Absent: every change is handed over. Otherwise only changes whose object has the value, before or after. */
  index?: SubscriptionIndex;
}

type Listener = (event: StoreEvent) => void;

interface IndexedListeners {
  read: (object: KubeObject) => string;
  byValue: Map<string, Set<Listener>>;
}

/** Who is told about the changes of one resource. */
export class Subscriptions {
  readonly #all = new Set<Listener>();
  readonly #indexed = new Map<string, IndexedListeners>();

  add(listener: Listener, options: SubscribeOptions): () => void {
    const { index } = options;
    if (index === undefined) {
      this.#all.add(listener);
      return () => this.#all.delete(listener);
    }
    const group = this.#indexed.get(index.name) ?? { read: index.read, byValue: new Map<string, Set<Listener>>() };
    this.#indexed.set(index.name, group);
    const listeners = group.byValue.get(index.value) ?? new Set<Listener>();
    group.byValue.set(index.value, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && group.byValue.get(index.value) === listeners) group.byValue.delete(index.value);
    };
  }

  publish(event: StoreEvent): void {
    for (const listener of this.#all) listener(event);
    for (const { read, byValue } of this.#indexed.values()) {
      const after = read(event.current.object);
      const before = event.previous === undefined ? after : read(event.previous.object);
      for (const listener of byValue.get(after) ?? []) listener(event);
      if (before !== after) for (const listener of byValue.get(before) ?? []) listener(event);
    }
  }
}

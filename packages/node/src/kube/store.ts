import { deepFreeze } from './deep-freeze.ts';
import type { KubeObject } from './resource.ts';

/** `namespace/name`, or the name alone for what has no namespace. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The key of an object, by its metadata. */
export function keyOf(object: KubeObject): string {
  return objectKey(object.metadata?.namespace, object.metadata?.name ?? '');
}

/** What is read of a {@link Store}. */
export interface StoreReader<T> {
  readonly size: number;
  /** The object of this name; pass an empty namespace for what has none. It is frozen, and may be a moment old. */
  get(namespace: string, name: string): T | undefined;
  /** The object of this key: see {@link objectKey}. */
  getByKey(key: string): T | undefined;
  /** Every object, or those of one namespace, in no order. */
  list(namespace?: string): T[];
}

/** The objects that a watch told of, by namespace and name. They are frozen when somebody first looks at them. */
export class Store<T extends KubeObject> implements StoreReader<T> {
  readonly #objects = new Map<string, T>();

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.getByKey(objectKey(namespace, name));
  }

  getByKey(key: string): T | undefined {
    const object = this.#objects.get(key);
    return object === undefined ? undefined : deepFreeze(object);
  }

  list(namespace?: string): T[] {
    const objects: T[] = [];
    for (const object of this.#objects.values()) {
      if (namespace === undefined || object.metadata?.namespace === namespace) objects.push(deepFreeze(object));
    }
    return objects;
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  set(object: T): void {
    this.#objects.set(keyOf(object), object);
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }
}

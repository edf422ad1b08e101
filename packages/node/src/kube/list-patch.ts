import { isJsonObject, jsonEquals } from './json-equals.ts';

type Item = Readonly<Record<string, unknown>>;

/** A list that is merged by key, in three states: see `threeWayStrategicMerge`. */
export interface MergedList {
  readonly original: readonly unknown[];
  readonly modified: readonly unknown[];
  readonly current: readonly unknown[];
}

export interface ListPatchOptions {
  readonly key: string;
  readonly mergeKey: string;
  readonly ordered: boolean;
  /** Gives the patch for one item that is in both lists, or undefined. */
  diffItem(item: { readonly original: Item; readonly modified: Item; readonly current: Item }): Item | undefined;
}

/**
 * The fields of a patch that change a list item by item: the list itself with new and changed items and `$patch: delete`
 * markers, and `$setElementOrder` where the order matters and would come out another. Empty when nothing is to be done.
 */
export function mergeListPatch(list: MergedList, options: ListPatchOptions): Record<string, unknown> {
  const { key, mergeKey, ordered } = options;
  const original = byKey(list.original, mergeKey);
  const modified = byKey(list.modified, mergeKey);
  const current = byKey(list.current, mergeKey);
  if (original === undefined || modified === undefined || current === undefined) return replaceList(list, key);

  const patch: Item[] = [];
  const order: unknown[] = [...current.keys()];
  for (const [name, item] of modified) {
    const there = current.get(name);
    if (there === undefined) {
      patch.push(item);
      order.push(name);
      continue;
    }
    const change = options.diffItem({ original: original.get(name) ?? {}, modified: item, current: there });
    if (change !== undefined) patch.push({ ...change, [mergeKey]: name });
  }
  for (const name of original.keys()) {
    if (modified.has(name) || !current.has(name)) continue;
    patch.push({ $patch: 'delete', [mergeKey]: name });
    order.splice(order.indexOf(name), 1);
  }

  const wanted = [...modified.keys()];
  const outOfOrder =
    ordered &&
    !jsonEquals(
      order.filter((name) => modified.has(name)),
      wanted,
    );
  return {
    ...(outOfOrder ? { [`$setElementOrder/${key}`]: wanted.map((name) => ({ [mergeKey]: name })) } : {}),
    ...(patch.length > 0 ? { [key]: patch } : {}),
  };
}

/**
 * Items that share a key (a node with two addresses of one type) cannot be told apart by the API server, which then changes
 * the wrong one; the kubelet replaces the whole list for the same reason.
 */
function replaceList(list: MergedList, key: string): Record<string, unknown> {
  return jsonEquals(list.modified, list.current) ? {} : { [key]: [...list.modified, { $patch: 'replace' }] };
}

/** The items by their key, or undefined when the keys do not tell them apart. */
function byKey(items: readonly unknown[], mergeKey: string): Map<unknown, Item> | undefined {
  const result = new Map<unknown, Item>();
  for (const item of items) {
    if (!isJsonObject(item) || result.has(item[mergeKey])) return undefined;
    result.set(item[mergeKey], item);
  }
  return result;
}

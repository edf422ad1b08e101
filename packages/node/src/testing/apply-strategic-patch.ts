type Json = unknown;
type Fields = Readonly<Record<string, Json>>;

/** The lists that core/v1 merges by a key (`patchMergeKey`), as far as pods' and nodes' statuses have them. */
const mergeKeys: Readonly<Record<string, string>> = {
  conditions: 'type',
  addresses: 'type',
  podIPs: 'ip',
  hostIPs: 'ip',
};

/**
 * Applies a strategic merge patch as an API server does, written from its documentation and not from the code under test:
 * null removes, `$patch: delete` removes an item, `$patch: replace` replaces a list, `$setElementOrder` orders it.
 */
export function applyStrategicPatch<T>(current: T, patch: object): T {
  return mergeObjects(current ?? {}, patch as Fields) as T;
}

function mergeObjects(current: Fields, patch: Fields): Fields {
  const result: Record<string, Json> = { ...current };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (Array.isArray(value) && mergeKeys[key] !== undefined)
      result[key] = mergeLists(asItems(current[key]), asItems(value), mergeKeys[key]);
    else if (isFields(value)) result[key] = mergeObjects(isFields(current[key]) ? current[key] : {}, value);
    else if (value !== undefined) result[key] = value;
  }
  for (const [key, order] of Object.entries(patch)) {
    const field = /^\$setElementOrder\/(.+)$/.exec(key)?.[1];
    const mergeKey = field === undefined ? undefined : mergeKeys[field];
    if (field !== undefined && mergeKey !== undefined)
      result[field] = inOrder(asItems(result[field]), asItems(order), mergeKey);
  }
  return result;
}

function mergeLists(current: readonly Fields[], patch: readonly Fields[], key: string): Fields[] {
  if (patch.some((item) => item['$patch'] === 'replace')) return patch.filter((item) => item['$patch'] === undefined);
  const gone = new Set(patch.filter((item) => item['$patch'] === 'delete').map((item) => item[key]));
  const changes = patch.filter((item) => item['$patch'] === undefined);
  const merged = current
    .filter((item) => !gone.has(item[key]))
    .map((item) => mergeObjects(item, changes.find((change) => change[key] === item[key]) ?? {}));
  const known = new Set(current.map((item) => item[key]));
  return [...merged, ...changes.filter((change) => !known.has(change[key])).map((change) => mergeObjects({}, change))];
}

function inOrder(items: readonly Fields[], order: readonly Fields[], key: string): Fields[] {
  const places = new Map(order.map((item, place) => [item[key], place]));
  return items.toSorted((a, b) => (places.get(a[key]) ?? 0) - (places.get(b[key]) ?? 0));
}

function asItems(value: Json): readonly Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

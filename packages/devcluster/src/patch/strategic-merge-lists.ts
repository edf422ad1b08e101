import { jsonEqual } from '../store/json-equal.ts';
import { isJsonRecord } from './merge-patch.ts';
import { PatchError } from './patch-error.ts';

export type JsonRecord = Record<string, unknown>;

/** How the elements of a list of objects are matched and merged. */
export interface ObjectListRule {
  mergeKey: string;
  merge(current: JsonRecord, patch: JsonRecord): JsonRecord;
}

/** The form in which Go prints a decoded JSON value, which is how the server names the element at fault. */
function goFormat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`;
  if (!isJsonRecord(value)) return value === null ? '<nil>' : `${value as string | number | boolean}`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `map[${entries.map(([key, inner]) => `${key}:${goFormat(inner)}`).join(' ')}]`;
}

function keyOf(item: JsonRecord, mergeKey: string): unknown {
  if (!Object.hasOwn(item, mergeKey)) {
    throw new PatchError('internal', `map: ${goFormat(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return item[mergeKey];
}

/** Adds what is new to a list of primitives that is a set. */
export function mergePrimitiveList(current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const added = patch.filter((item, index) => {
    return !current.some((known) => jsonEqual(known, item)) && patch.findIndex((one) => jsonEqual(one, item)) === index;
  });
  return [...current, ...added];
}

/** Merges a list of objects by key; `$patch: delete` removes an element, `$patch: replace` alone replaces the list. */
export function mergeObjectList(
  current: readonly unknown[],
  patch: readonly unknown[],
  rule: ObjectListRule,
): unknown[] {
  const elements = patch.map((item) => {
    if (!isJsonRecord(item)) throw new PatchError('internal', 'unable to find api field in struct for the merge list');
    return item;
  });
  const isReplaced = elements.some((item) => item['$patch'] === 'replace');
  let result: unknown[] = isReplaced ? [] : current.slice();
  for (const element of elements) {
    const wanted = element['$patch'];
    if (wanted === 'replace') continue;
    const key = keyOf(element, rule.mergeKey);
    const same = (item: unknown): boolean => isJsonRecord(item) && jsonEqual(item[rule.mergeKey], key);
    if (wanted === 'delete') {
      result = result.filter((item) => !same(item));
      continue;
    }
    const index = result.findIndex(same);
    const existing = result[index];
    if (isJsonRecord(existing)) result[index] = rule.merge(existing, element);
    else result.push(rule.merge({}, element));
  }
  return result;
}

/**
 * Puts a merged list into the order that `$setElementOrder` gives. Elements that the order does not name keep their
 * place relative to the element that they followed.
 */
export function orderList(
  list: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const identity = (item: unknown): unknown => (mergeKey !== undefined && isJsonRecord(item) ? item[mergeKey] : item);
  const positions = order.map(identity);
  const rank = (item: unknown): number => positions.findIndex((position) => jsonEqual(position, identity(item)));
  const named = list.filter((item) => rank(item) !== -1).sort((left, right) => rank(left) - rank(right));
  const result: unknown[] = [];
  let next = 0;
  for (const item of list) {
    if (rank(item) !== -1) {
      result.push(named[next]);
      next += 1;
    } else result.push(item);
  }
  return result;
}

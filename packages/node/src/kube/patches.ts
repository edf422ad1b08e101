import { isAbsent, isJsonObject, jsonEquals } from './json-equals.ts';
import { mergeListPatch } from './list-patch.ts';
import type { FieldSchema, MergeSchema } from './merge-schema.ts';

/** A strategic merge patch; a value of null deletes its field. */
export type StrategicPatch = Record<string, unknown>;

/**
 * The patch that makes `desired` of `current`, what is missing in `desired` deleted. Undefined when they are the same.
 * Fields that are undefined or null count as not there.
 */
export function twoWayStrategicMerge<T extends object>(
  current: T,
  desired: T,
  schema: MergeSchema,
): StrategicPatch | undefined {
  return diffObject({ original: current, modified: desired, current }, schema);
}

/**
 * The patch that brings `current` to what we want and keeps what others wrote: fields and items that `modified` has are set
 * where `current` differs; those that `original` (what we wanted last time) had and `modified` has not are deleted, if they
 * are still there. Undefined when there is nothing to do.
 */
export function threeWayStrategicMerge<T extends object>(
  original: T,
  modified: T,
  current: T,
  schema: MergeSchema,
): StrategicPatch | undefined {
  return diffObject({ original, modified, current }, schema);
}

/** The three states of one value. */
interface States<T> {
  readonly original: T;
  readonly modified: T;
  readonly current: T;
}

type Fields = Readonly<Record<string, unknown>>;

function diffObject(states: States<object>, schema: MergeSchema = {}): StrategicPatch | undefined {
  const { original, modified, current } = states as States<Fields>;
  const patch: StrategicPatch = {};
  for (const key of Object.keys(modified)) {
    if (isAbsent(modified[key])) continue;
    const field = { original: original[key], modified: modified[key], current: current[key] };
    Object.assign(patch, diffField(key, field, schema[key] ?? {}));
  }
  for (const key of Object.keys(original)) {
    if (!isAbsent(original[key]) && isAbsent(modified[key]) && !isAbsent(current[key])) patch[key] = null;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function diffField(key: string, states: States<unknown>, schema: FieldSchema): StrategicPatch {
  const { original, modified, current } = states;
  const { mergeKey, ordered = false, fields } = schema;
  if (isJsonObject(modified) && isJsonObject(current)) {
    const part = diffObject({ original: isJsonObject(original) ? original : {}, modified, current }, fields);
    return part === undefined ? {} : { [key]: part };
  }
  if (mergeKey !== undefined && Array.isArray(modified) && Array.isArray(current)) {
    const list = { original: Array.isArray(original) ? original : [], modified, current };
    return mergeListPatch(list, { key, mergeKey, ordered, diffItem: (item) => diffObject(item, fields) });
  }
  // The API server leaves empty lists and objects out: to write one where there is none would never come to an end.
  if (isAbsent(current) && isEmpty(modified)) return {};
  return jsonEquals(modified, current) ? {} : { [key]: modified };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

import type { PatchRule, SchemaNode } from '../schema/schema-node.ts';
import { jsonEqual } from '../store/json-equal.ts';
import { isJsonRecord } from './merge-patch.ts';
import { PatchError } from './patch-error.ts';
import { type JsonRecord, mergeObjectList, mergePrimitiveList, orderList } from './strategic-merge-lists.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';
const plain: PatchRule = { strategies: [] };
const untyped: SchemaNode = { type: 'any' };

function fieldOf(node: SchemaNode, key: string): { node: SchemaNode; patch: PatchRule } {
  if (node.type === 'map') return { node: node.values, patch: plain };
  return (node.type === 'struct' ? node.fields.get(key) : undefined) ?? { node: untyped, patch: plain };
}

function itemsOf(node: SchemaNode): SchemaNode {
  return node.type === 'array' ? node.items : untyped;
}

/** Takes the directives out of a value that is set as it is: there is nothing to merge it with. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !isJsonRecord(item) || (item[directive] !== 'delete' && item[directive] !== 'replace'))
      .map(withoutDirectives);
  }
  if (!isJsonRecord(value)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !key.startsWith('$') && inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDirectives(inner)]));
}

function retained(target: JsonRecord, patch: JsonRecord): JsonRecord {
  const keys = patch[retainKeys];
  if (keys === undefined) return target;
  if (!Array.isArray(keys)) throw new PatchError('malformed', 'invalid patch format of $retainKeys');
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)));
}

function mergeMaps(target: JsonRecord, patch: JsonRecord, node: SchemaNode): JsonRecord {
  const wanted = patch[directive];
  if (wanted === 'replace') return withoutDirectives(patch) as JsonRecord;
  if (wanted === 'delete') return {};
  if (wanted !== undefined && wanted !== 'merge')
    throw new PatchError('internal', `Unknown patch type found: ${JSON.stringify(wanted)}`);
  const result = { ...retained(target, patch) };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletePrefix)) deleteFromList(result, key.slice(deletePrefix.length), value);
    else if (key.startsWith(orderPrefix)) continue;
    else if (key === directive || key === retainKeys) continue;
    else if (value === null) delete result[key];
    else result[key] = mergeValue(result[key], value, fieldOf(node, key));
  }
  for (const [key, order] of Object.entries(patch)) {
    if (key.startsWith(orderPrefix)) setOrder(result, key.slice(orderPrefix.length), order, { patch, node });
  }
  return result;
}

function mergeValue(current: unknown, value: unknown, field: { node: SchemaNode; patch: PatchRule }): unknown {
  if (isJsonRecord(value)) {
    if (field.patch.strategies.includes('replace')) return withoutDirectives(value);
    if (isJsonRecord(current)) return mergeMaps(current, value, field.node);
    return mergeMaps({}, value, field.node);
  }
  if (!Array.isArray(value)) return value;
  if (!field.patch.strategies.includes('merge')) return withoutDirectives(value);
  const existing = Array.isArray(current) ? (current as unknown[]) : [];
  const { mergeKey } = field.patch;
  if (mergeKey === undefined) return mergePrimitiveList(existing, value);
  const items = itemsOf(field.node);
  return mergeObjectList(existing, value, { mergeKey, merge: (left, right) => mergeMaps(left, right, items) });
}

function deleteFromList(result: JsonRecord, key: string, removed: unknown): void {
  const current = result[key];
  if (!Array.isArray(current) || !Array.isArray(removed)) return;
  result[key] = current.filter((item) => !removed.some((gone) => jsonEqual(gone, item)));
}

function setOrder(
  result: JsonRecord,
  key: string,
  order: unknown,
  context: { patch: JsonRecord; node: SchemaNode },
): void {
  const current = result[key];
  if (!Array.isArray(current) || !Array.isArray(order)) return;
  result[key] = orderList(current, order, fieldOf(context.node, key).patch.mergeKey);
}

/**
 * Kubernetes' strategic merge: lists are merged by their merge key, and the directives `$patch`, `$retainKeys`,
 * `$deleteFromPrimitiveList` and `$setElementOrder` are obeyed. Neither argument is changed. Throws PatchError.
 */
export function applyStrategicMergePatch(target: object, patch: unknown, node: SchemaNode): unknown {
  if (!isJsonRecord(patch)) {
    const type = Array.isArray(patch) ? 'array' : typeof patch;
    throw new PatchError('malformed', `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`);
  }
  return mergeMaps(target as JsonRecord, patch, node);
}

import type { SchemaNode } from './schema-node.ts';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Adds in place what Go writes for absent fields: structs that are not pointers, times, zeros, and the defaults that the
 * types declare; drops fields that are undefined, and empty lists and maps.
 */
export function fillImplied(value: unknown, node: SchemaNode): void {
  if (node.type === 'array') {
    if (Array.isArray(value)) for (const item of value) fillImplied(item, node.items);
    return;
  }
  if (!isRecord(value)) return;
  if (node.type === 'map') {
    if (node.values.type === 'struct') for (const item of Object.values(value)) fillImplied(item, node.values);
    return;
  }
  if (node.type !== 'struct') return;
  for (const [key, field] of node.fields) {
    let inner = value[key];
    if (inner === undefined || inner === null) {
      if (inner === null && field.implied === null) continue;
      if (key in value) delete value[key];
      if (field.implied === undefined) continue;
      inner = typeof field.implied === 'object' && field.implied !== null ? {} : field.implied;
      value[key] = inner;
    }
    if (typeof inner !== 'object' || inner === null) continue;
    if (isEmptyCollection(inner, field.node)) delete value[key];
    else fillImplied(inner, field.node);
  }
}

function isEmptyCollection(value: unknown, node: SchemaNode): boolean {
  if (node.type === 'array') return Array.isArray(value) && value.length === 0;
  return node.type === 'map' && isRecord(value) && Object.keys(value).length === 0;
}

import type { KeyPath } from '../config-file/config-document.ts';
import type { JsonSchema } from './json-schema.ts';

/** A key that the schema does not know, and those that it knows in that place. */
export interface UnknownKey {
  readonly path: KeyPath;
  readonly known: readonly string[];
}

/**
 * The keys that a schema would drop in silence. Most validators ignore what they do not know, and a misspelt option
 * would be as if it were not there.
 */
export function unknownKeys(schema: JsonSchema, value: unknown, path: KeyPath = []): UnknownKey[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => unknownKeys(items, item, [...path, index]));
  }
  if (typeof value !== 'object' || value === null) return [];
  const { properties, additionalProperties: others } = schema;
  if (properties === undefined && typeof others !== 'object') return [];
  const known = Object.keys(properties ?? {});
  return Object.entries(value).flatMap(([key, content]) => {
    const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own !== undefined) return unknownKeys(own, content, [...path, key]);
    if (typeof others === 'object') return unknownKeys(others, content, [...path, key]);
    return others === true ? [] : [{ path: [...path, key], known }];
  });
}

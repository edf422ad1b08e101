import { formatKeyPath, type KeyPath } from '../config-file/config-document.ts';
import type { JsonSchema } from './json-schema.ts';

/** One option of a provider's configuration. */
export interface ProviderOption {
  /** `nodes.<name>.cpu`, `rules[].port`. */
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description?: string;
}

/** Deeper options are described by their parent: a table that no one reads helps no one. */
const depthLimit = 4;

/** The options that a schema accepts, in its own order. */
export function optionTable(schema: JsonSchema): readonly ProviderOption[] {
  return optionsOf(schema, [], depthLimit);
}

function optionsOf(schema: JsonSchema, path: KeyPath, depth: number): ProviderOption[] {
  if (depth === 0) return [];
  const object = objectForm(schema);
  const own = Object.entries(object.properties ?? {}).flatMap(([name, property]) => {
    const key = [...path, name];
    return [describe(key, property, object.required?.includes(name) ?? false), ...inside(property, key, depth)];
  });
  const others = object.additionalProperties;
  return typeof others === 'object' ? [...own, ...optionsOf(others, [...path, '<name>'], depth - 1)] : own;
}

function inside(property: JsonSchema, key: KeyPath, depth: number): ProviderOption[] {
  const { items } = property;
  return items === undefined
    ? optionsOf(property, key, depth - 1)
    : optionsOf(items, [...key.slice(0, -1), `${String(key.at(-1))}[]`], depth - 1);
}

function describe(path: KeyPath, property: JsonSchema, required: boolean): ProviderOption {
  return {
    key: formatKeyPath(path)
      .replaceAll(/\["(<name>|[\w-]+\[\])"\]/g, '.$1')
      .replace(/^\./, ''),
    type: typeText(property),
    required: required && property.default === undefined,
    ...(property.default !== undefined && { default: property.default }),
    ...(property.description !== undefined && { description: property.description }),
  };
}

/** A configuration may be accepted in several forms; the one with named options is the one to show. */
function objectForm(schema: JsonSchema): JsonSchema {
  if (schema.properties !== undefined) return schema;
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return forms.find(({ properties }) => properties !== undefined) ?? schema;
}

function typeText(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) return [...new Set(forms.map(typeText))].join(' | ');
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`;
  const { type } = schema;
  if (type === undefined) return 'any';
  return typeof type === 'string' ? type : type.join(' | ');
}

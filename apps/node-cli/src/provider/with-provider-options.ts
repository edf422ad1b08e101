import type { ProviderDefinition } from '@vk/node/provider';
import { formatKeyPath, type ConfigDocument, type KeyPath } from '../config-file/config-document.ts';
import { CommandError } from '../errors/command-error.ts';
import type { GivenProviderOption } from '../flags/given-provider-option.ts';
import { jsonSchemaOf, type JsonSchema } from './json-schema.ts';
import { noDocument } from './provider-config.ts';

const flag = '--provider-option';

/**
 * The configuration with single options over it. Their values become what the provider's schema wants; whether they are right,
 * the check of the configuration says, with the flag as the place.
 *
 * @throws CommandError `provider` for an option that has to be a list or an object and is not JSON.
 */
export function withProviderOptions(
  definition: ProviderDefinition,
  document: ConfigDocument | undefined,
  options: readonly GivenProviderOption[],
): ConfigDocument | undefined {
  const { value, ...base } = document ?? noDocument;
  // What is no object at all, the check refuses.
  if (options.length === 0 || (value !== null && !isObject(value))) return document;
  const schema = jsonSchemaOf(definition.configSchema);
  const merged = options.reduce<unknown>(
    (config, { path, text }) => withValue(config, path, readValue(text, path, schemaAt(schema, path))),
    value,
  );
  return {
    ...base,
    value: merged,
    sourceOf: (path) => (options.some((option) => startsWith(path, option.path)) ? flag : undefined),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function startsWith(path: KeyPath, start: KeyPath): boolean {
  return start.every((part, index) => path[index] === part);
}

function withValue(config: unknown, [key, ...rest]: KeyPath, value: unknown): unknown {
  if (key === undefined) return value;
  const object = isObject(config) ? config : {};
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: withValue(inner, rest, value) };
}

/** Undefined where the schema does not say. */
function schemaAt(schema: JsonSchema | undefined, [key, ...rest]: KeyPath): JsonSchema | undefined {
  if (schema === undefined || key === undefined) return schema;
  for (const { properties = {}, additionalProperties: others } of formsOf(schema)) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : others;
    if (typeof inner === 'object') return schemaAt(inner, rest);
  }
  return undefined;
}

function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  const inner = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  return inner === undefined ? [schema] : [schema, ...inner.flatMap(formsOf)];
}

function readValue(text: string, path: KeyPath, schema: JsonSchema | undefined): unknown {
  const forms = schema === undefined ? [] : formsOf(schema);
  const words = forms.flatMap(({ enum: members = [], const: constant }) => [...members, constant]);
  const word = words.find((member) => member === text || JSON.stringify(member) === text);
  if (word !== undefined) return word;
  const types = new Set(forms.flatMap(({ type = [] }) => type));
  if (types.has('string')) return text;
  const value = parseJson(text);
  if (value !== undefined || types.size === 0) return value ?? text;
  const [shape] = [...types].flatMap((type) => shapes[type] ?? []);
  if (shape === undefined) return text;
  throw new CommandError('provider', `${flag}: ${formatKeyPath(path)}: the value has to be ${shape}`);
}

/** What has no other form than JSON. Of all else the schema says what is wrong with the text. */
const shapes: Readonly<Record<string, string>> = {
  array: 'a list in JSON, such as ["a","b"]',
  object: 'an object in JSON, such as {"a":"b"}; or give its keys one by one, as in name.key=value',
};

/** Undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

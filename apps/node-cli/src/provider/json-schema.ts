import type { ProviderDefinition } from '@vk/node/provider';

/** The part of JSON Schema that is read here. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

interface JsonSchemaConverter {
  input(options: { readonly target: 'draft-2020-12' }): unknown;
}

/**
 * What a provider's schema accepts, as JSON Schema. Undefined where the schema cannot say: it is a part of Standard
 * Schema that a library may leave out (zod has it since 4.2).
 */
export function jsonSchemaOf(schema: ProviderDefinition['configSchema']): JsonSchema | undefined {
  const standard: object & { readonly jsonSchema?: JsonSchemaConverter } = schema['~standard'];
  try {
    const described = standard.jsonSchema?.input({ target: 'draft-2020-12' });
    return typeof described === 'object' && described !== null ? described : undefined;
  } catch {
    // The library says so by throwing when a type has no JSON form: the options are then not known by name.
    return undefined;
  }
}

import recorded from '../generated/openapi-schemas.json' with { type: 'json' };

/** An OpenAPI v3 schema, as far as the recorded documents use it. */
export interface OpenApiSchema {
  type?: string;
  format?: string;
  description?: string;
  $ref?: string;
  allOf?: OpenApiSchema[];
  oneOf?: OpenApiSchema[];
  items?: OpenApiSchema;
  additionalProperties?: OpenApiSchema;
  properties?: Record<string, OpenApiSchema>;
  required?: string[];
  default?: unknown;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

export const openApiSchemas: Readonly<Record<string, OpenApiSchema>> = recorded.schemas;

export const referencePrefix = '#/components/schemas/';

/** The names of schemas by the kinds that they declare. */
const declared = new Map(
  Object.entries(openApiSchemas).flatMap(([name, schema]) =>
    (schema['x-kubernetes-group-version-kind'] ?? []).map(
      ({ group, version, kind }) => [`${group}/${version}/${kind}`, name] as const,
    ),
  ),
);

/** The name of the schema that declares a kind, for example `io.k8s.api.core.v1.Pod`. */
export function schemaNameOf(group: string, version: string, kind: string): string | undefined {
  return declared.get(`${group}/${version}/${kind}`);
}

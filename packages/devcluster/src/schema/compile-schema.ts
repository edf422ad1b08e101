import { type GoField, goFields } from './go-types.ts';
import { type OpenApiSchema, openApiSchemas, referencePrefix, schemaNameOf } from './openapi-schemas.ts';
import type { SchemaField, SchemaNode } from './schema-node.ts';

const special: Readonly<Record<string, SchemaNode>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'intOrString' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'microTime' },
};

const compiled = new Map<string, SchemaNode>();

/** `v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
function goName(schemaName: string): string {
  return schemaName.split('.').slice(-2).join('.');
}

function compileNamed(name: string): SchemaNode {
  const known = special[name] ?? compiled.get(name);
  if (known !== undefined) return known;
  const schema = openApiSchemas[name];
  if (schema?.properties === undefined) {
    const node: SchemaNode = schema === undefined || schema.type === 'object' ? { type: 'any' } : compileInline(schema);
    compiled.set(name, node);
    return node;
  }
  const fields = new Map<string, SchemaField>();
  const node: SchemaNode = { type: 'struct', name: goName(name), schemaName: name, fields };
  compiled.set(name, node);
  const required = new Set(schema.required);
  const go = goFields(name);
  for (const [key, property] of Object.entries(schema.properties)) {
    fields.set(key, compileField(property, { required: required.has(key), go: go.get(key) }));
  }
  return node;
}

/** What Go writes for a field that is not set: see SchemaField. */
function impliedBy(node: SchemaNode, go: GoField): SchemaField['implied'] {
  if (go.isPointer || go.omitsZero) return undefined;
  switch (node.type) {
    case 'struct':
      return { struct: true };
    case 'time':
    case 'microTime':
      return null;
    case 'quantity':
      return '0';
    case 'intOrString':
      return 0;
    case 'string':
      return go.isAlwaysWritten ? '' : undefined;
    case 'int32':
    case 'int64':
    case 'double':
      return go.isAlwaysWritten ? 0 : undefined;
    case 'boolean':
      return go.isAlwaysWritten ? false : undefined;
    case 'bytes':
    case 'map':
    case 'array':
    case 'any':
      return undefined;
  }
}

function compileField(property: OpenApiSchema, facts: { required: boolean; go: GoField | undefined }): SchemaField {
  const { required, go } = facts;
  const node = compileInline(property);
  const mergeKey = property['x-kubernetes-patch-merge-key'];
  const strategies = property['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const field: SchemaField = {
    node,
    patch: mergeKey === undefined ? { strategies } : { strategies, mergeKey },
    required,
    isZeroAbsent: go !== undefined && !go.isPointer && !go.isAlwaysWritten,
  };
  const declared = property.default;
  const isDeclared =
    (typeof declared === 'string' || typeof declared === 'number') && declared !== '' && declared !== 0;
  const implied = isDeclared ? declared : go && impliedBy(node, go);
  return implied === undefined ? field : { ...field, implied };
}

function compileInline(schema: OpenApiSchema): SchemaNode {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) return compileNamed(reference.slice(referencePrefix.length));
  switch (schema.type) {
    case 'string':
      return { type: schema.format === 'byte' ? 'bytes' : 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: schema.format === 'int64' ? 'int64' : 'int32' };
    case 'number':
      return { type: 'double' };
    case 'array':
      return { type: 'array', items: schema.items === undefined ? { type: 'any' } : compileInline(schema.items) };
    case 'object':
      if (schema.additionalProperties === undefined) return { type: 'any' };
      return { type: 'map', values: compileInline(schema.additionalProperties) };
    case undefined:
    default:
      return { type: 'any' };
  }
}

/** The type of a kind; a kind without a recorded schema takes anything. */
export function schemaOf(group: string, version: string, kind: string): SchemaNode {
  const name = schemaNameOf(group, version, kind);
  return name === undefined ? { type: 'any' } : compileNamed(name);
}

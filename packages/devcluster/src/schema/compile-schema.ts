import { type OpenApiSchema, openApiSchemas, referencePrefix, schemaNameOf } from './openapi-schemas.ts';
import type { PatchRule, SchemaField, SchemaNode } from './schema-node.ts';

const special: Readonly<Record<string, SchemaNode>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'intOrString' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'microTime' },
};

/** Times that Go holds by value, and so writes as null when they are not set. OpenAPI does not tell them apart. */
const nullTimes: Readonly<Record<string, readonly string[]>> = {
  'io.k8s.api.core.v1.ContainerStateRunning': ['startedAt'],
  'io.k8s.api.core.v1.ContainerStateTerminated': ['startedAt', 'finishedAt'],
  'io.k8s.api.core.v1.Event': ['firstTimestamp', 'lastTimestamp', 'eventTime'],
  'io.k8s.api.core.v1.EventSeries': ['lastObservedTime'],
  'io.k8s.api.core.v1.NamespaceCondition': ['lastTransitionTime'],
  'io.k8s.api.core.v1.NodeCondition': ['lastHeartbeatTime', 'lastTransitionTime'],
  'io.k8s.api.core.v1.PersistentVolumeClaimCondition': ['lastProbeTime', 'lastTransitionTime'],
  'io.k8s.api.core.v1.PodCondition': ['lastProbeTime', 'lastTransitionTime'],
  'io.k8s.api.events.v1.Event': ['eventTime', 'deprecatedFirstTimestamp', 'deprecatedLastTimestamp'],
  'io.k8s.api.events.v1.EventSeries': ['lastObservedTime'],
  'io.k8s.apimachinery.pkg.apis.meta.v1.Condition': ['lastTransitionTime'],
};

/** Fields that are optional, and yet written when empty. */
const alwaysWritten: Readonly<Record<string, readonly string[]>> = {
  'io.k8s.api.core.v1.Event': ['reportingComponent', 'reportingInstance'],
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
  const node: SchemaNode = { type: 'struct', name: goName(name), fields };
  compiled.set(name, node);
  const required = new Set(schema.required);
  for (const [key, property] of Object.entries(schema.properties)) {
    const isWritten = required.has(key) || (alwaysWritten[name]?.includes(key) ?? false);
    const field = compileField(property, isWritten);
    fields.set(key, nullTimes[name]?.includes(key) === true ? { ...field, implied: null } : field);
  }
  return node;
}

function compileField(property: OpenApiSchema, required: boolean): SchemaField {
  const node = compileInline(property);
  const mergeKey = property['x-kubernetes-patch-merge-key'];
  const strategies = property['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const patch: PatchRule = mergeKey === undefined ? { strategies } : { strategies, mergeKey };
  const fallback = property.default;
  if (node.type === 'struct' && fallback !== undefined) return { node, patch, required, implied: { struct: true } };
  const written = typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean';
  const isZero = fallback === '' || fallback === 0 || fallback === false;
  return written && (required || !isZero) ? { node, patch, required, implied: fallback } : { node, patch, required };
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

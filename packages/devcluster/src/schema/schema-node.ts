/** How lists and maps are merged by a strategic-merge patch. */
export interface PatchRule {
  /** `merge`, `replace` or `retainKeys`; several are given as a comma list, as on the wire. */
  strategies: readonly string[];
  /** The field by which the elements of a merged list are told apart; absent for lists of primitives. */
  mergeKey?: string;
}

/** A field of an object type. */
export interface SchemaField {
  node: SchemaNode;
  patch: PatchRule;
  required: boolean;
  /** Whether an empty string, zero or false says the same as an absent field. */
  isZeroAbsent: boolean;
  /** What the API server writes when the field is absent: an empty struct, the zero of a required field, a null time. */
  implied?: { struct: true } | string | number | boolean | null;
}

/** A field of a type, as decoding needs it: OpenAPI cut down to what Go's decoder would know. */
export type SchemaNode =
  | { type: 'struct'; name: string; schemaName: string; fields: ReadonlyMap<string, SchemaField> }
  | { type: 'map'; values: SchemaNode }
  | { type: 'array'; items: SchemaNode }
  | { type: 'string' | 'bytes' | 'boolean' | 'int32' | 'int64' | 'double' | 'time' | 'microTime' }
  | { type: 'quantity' | 'intOrString' | 'any' };

/** The Go type of a node, as the decoder's messages name it. */
export function goType(node: SchemaNode): string {
  switch (node.type) {
    case 'struct':
      return node.name;
    case 'map':
      return node.values.type === 'quantity' ? 'v1.ResourceList' : `map[string]${goType(node.values)}`;
    case 'array':
      return `[]${goType(node.items)}`;
    case 'bytes':
      return '[]uint8';
    case 'boolean':
      return 'bool';
    case 'double':
      return 'float64';
    case 'time':
    case 'microTime':
      return 'string';
    case 'quantity':
      return 'resource.Quantity';
    case 'intOrString':
      return 'intstr.IntOrString';
    case 'any':
      return 'map[string]interface {}';
    case 'string':
    case 'int32':
    case 'int64':
      return node.type;
  }
}

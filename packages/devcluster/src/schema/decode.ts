import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';
import { canonicalQuantity } from './canonical-quantity.ts';
import { goType, type SchemaNode } from './schema-node.ts';

/** What decoding found: the object as the typed API server would keep it, and the fields that it does not know. */
export interface Decoded {
  object: Record<string, unknown>;
  unknownFields: string[];
}

interface Place {
  /** With list indexes, as strict decoding names fields: `spec.containers[0].name`. */
  path: string;
  /** Without them, behind the name of the Go struct: `Container.spec.containers.name`. */
  goPath: string;
  struct: string;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}

function mismatch(value: unknown, node: SchemaNode, place: Place): UndecodableObjectError {
  const shown = typeof value === 'number' && node.type.startsWith('int') ? `number ${value}` : jsonType(value);
  const type = goType(node);
  if (place.goPath === '')
    return new UndecodableObjectError(`json: cannot unmarshal ${shown} into Go value of type ${type}`);
  return new UndecodableObjectError(
    `json: cannot unmarshal ${shown} into Go struct field ${place.struct}.${place.goPath} of type ${type}`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Decoder {
  readonly unknownFields: string[] = [];

  /** Gives undefined for what Go would leave out: null, and empty lists and maps. */
  decode(value: unknown, node: SchemaNode, place: Place): unknown {
    if (value === null || value === undefined) return undefined;
    switch (node.type) {
      case 'any':
        return value;
      case 'struct':
        return this.#struct(value, node, place);
      case 'map':
        return this.#map(value, node, place);
      case 'array':
        if (!Array.isArray(value)) throw mismatch(value, node, place);
        if (value.length === 0) return undefined;
        return value.map((item, index) => this.#item(item, node.items, { ...place, path: `${place.path}[${index}]` }));
      case 'boolean':
        if (typeof value !== 'boolean') throw mismatch(value, node, place);
        return value;
      case 'int32':
      case 'int64':
        return this.#integer(value, node, place);
      case 'double':
        if (typeof value !== 'number') throw mismatch(value, node, place);
        return value;
      case 'quantity':
        return canonicalQuantity(value);
      case 'intOrString':
        if (typeof value !== 'string' && typeof value !== 'number') throw mismatch(value, { type: 'int32' }, place);
        return value;
      case 'time':
      case 'microTime':
        return this.#time(value, node, place);
      case 'string':
      case 'bytes':
        if (typeof value !== 'string') throw mismatch(value, node, place);
        return value;
    }
  }

  #struct(value: unknown, node: SchemaNode & { type: 'struct' }, place: Place): Record<string, unknown> {
    if (!isRecord(value)) throw mismatch(value, node, place);
    const result: Record<string, unknown> = {};
    const struct = node.name.slice(node.name.indexOf('.') + 1);
    for (const [key, inner] of Object.entries(value)) {
      const path = place.path === '' ? key : `${place.path}.${key}`;
      const field = node.fields.get(key);
      if (field === undefined) {
        this.unknownFields.push(path);
        continue;
      }
      const goPath = place.goPath === '' ? key : `${place.goPath}.${key}`;
      const decoded = this.decode(inner, field.node, { path, goPath, struct });
      const isZero = decoded === '' || decoded === 0 || decoded === false;
      if (decoded !== undefined && !(isZero && field.isZeroAbsent)) result[key] = decoded;
    }
    return result;
  }

  #map(value: unknown, node: SchemaNode & { type: 'map' }, place: Place): Record<string, unknown> | undefined {
    if (!isRecord(value)) throw mismatch(value, node, place);
    const result: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value)) {
      result[key] = this.#item(inner, node.values, { ...place, path: `${place.path}.${key}` });
    }
    return Object.keys(result).length === 0 ? undefined : result;
  }

  /** In a list or a map, null is the zero of its type. */
  #item(value: unknown, node: SchemaNode, place: Place): unknown {
    const decoded = this.decode(value, node, place);
    if (decoded !== undefined) return decoded;
    switch (node.type) {
      case 'struct':
        return {};
      case 'string':
      case 'bytes':
        return '';
      case 'quantity':
        return '0';
      case 'int32':
      case 'int64':
      case 'double':
        return 0;
      case 'boolean':
        return false;
      case 'map':
      case 'array':
      case 'time':
      case 'microTime':
      case 'intOrString':
      case 'any':
        return null;
    }
  }

  #integer(value: unknown, node: SchemaNode, place: Place): number {
    if (typeof value !== 'number') {
      throw mismatch(value, node, place);
    }
    const fits = Number.isInteger(value) && (node.type === 'int64' || Math.abs(value) <= 2_147_483_648);
    if (!fits) throw mismatch(value, node, place);
    return value;
  }

  #time(value: unknown, node: SchemaNode, place: Place): string | undefined {
    if (typeof value !== 'string') throw mismatch(value, node, place);
    if (value === '') return undefined;
    const parsed = Date.parse(value);
    if (Number.isNaN(parsed) || !/^\d{4}-\d\d-\d\d[Tt]/.test(value)) {
      const layout = node.type === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
      throw new UndecodableObjectError(
        `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`,
      );
    }
    if (node.type === 'time') return `${new Date(parsed).toISOString().slice(0, 19)}Z`;
    const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
    return `${new Date(parsed).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
  }
}

/**
 * Reads a JSON value as the Go type of the API server would: fields that the type does not know are dropped and named,
 * null and empty lists and maps are absent, quantities and times take their canonical form.
 * Throws UndecodableObjectError with the server's words when a value has the wrong type.
 */
export function decodeObject(value: unknown, node: SchemaNode): Decoded {
  const decoder = new Decoder();
  const place = { path: '', goPath: '', struct: '' };
  const object = decoder.decode(value, node, place);
  if (!isRecord(object)) throw mismatch(value, node, place);
  return { object, unknownFields: decoder.unknownFields };
}

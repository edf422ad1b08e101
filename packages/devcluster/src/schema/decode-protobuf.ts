import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';
import { type WireNumbers, wireNumbers } from './go-types.ts';
import { type ProtobufField, protobufFields } from './protobuf-reader.ts';
import type { SchemaNode } from './schema-node.ts';

type Struct = SchemaNode & { type: 'struct' };
type JsonRecord = Record<string, unknown>;

const numbers = new Map<string, WireNumbers>();
const magic = Buffer.from('k8s\0');

function numbersOf(struct: Struct): WireNumbers {
  let known = numbers.get(struct.schemaName);
  if (known === undefined) {
    known = wireNumbers(struct.schemaName);
    numbers.set(struct.schemaName, known);
  }
  return known;
}

function asBytes({ value }: ProtobufField): Buffer {
  if (typeof value === 'bigint') throw new UndecodableObjectError('proto: wrong wireType');
  return value;
}

function asNumber({ value }: ProtobufField): number {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(64, value));
  return value.length === 8 ? value.readDoubleLE() : value.readFloatLE();
}

function find(bytes: Buffer, number: number): ProtobufField | undefined {
  return [...protobufFields(bytes)].find((field) => field.number === number);
}

function textAt(bytes: Buffer, number: number): string {
  const field = find(bytes, number);
  return field === undefined ? '' : asBytes(field).toString('utf8');
}

function numberAt(bytes: Buffer, number: number): number {
  const field = find(bytes, number);
  return field === undefined ? 0 : asNumber(field);
}

/** A time that is not set is an empty message. */
function readTime(bytes: Buffer): string | null {
  if (bytes.length === 0) return null;
  const whole = new Date(numberAt(bytes, 1) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(numberAt(bytes, 2)).padStart(9, '0')}Z`;
}

function readValue(field: ProtobufField, node: SchemaNode): unknown {
  switch (node.type) {
    case 'struct':
      return readStruct(asBytes(field), node);
    case 'string':
      return asBytes(field).toString('utf8');
    case 'bytes':
      return asBytes(field).toString('base64');
    case 'boolean':
      return asNumber(field) !== 0;
    case 'int32':
    case 'int64':
    case 'double':
      return asNumber(field);
    case 'time':
    case 'microTime':
      return readTime(asBytes(field));
    case 'quantity':
      return textAt(asBytes(field), 1) || '0';
    case 'intOrString': {
      const bytes = asBytes(field);
      return numberAt(bytes, 1) === 0 ? numberAt(bytes, 2) : textAt(bytes, 3);
    }
    case 'map':
    case 'array':
    case 'any':
      return null;
  }
}

function readInto(result: JsonRecord, bytes: Buffer, struct: Struct, known: WireNumbers): void {
  for (const field of protobufFields(bytes)) {
    const target = known.get(field.number);
    if (target === undefined) continue;
    if (typeof target !== 'string') {
      readInto(result, asBytes(field), struct, target);
      continue;
    }
    const node = struct.fields.get(target)?.node;
    if (node?.type === 'array') {
      const list = (result[target] ??= []) as unknown[];
      list.push(readValue(field, node.items));
    } else if (node?.type === 'map') {
      const map = (result[target] ??= {}) as JsonRecord;
      const value = find(asBytes(field), 2);
      map[textAt(asBytes(field), 1)] = value === undefined ? null : readValue(value, node.values);
    } else if (node !== undefined) result[target] = readValue(field, node);
  }
}

function readStruct(bytes: Buffer, struct: Struct): JsonRecord {
  const result: JsonRecord = {};
  readInto(result, bytes, struct, numbersOf(struct));
  return result;
}

/**
 * Reads an object in the API server's protobuf form (`k8s\0` and a `runtime.Unknown`) and gives it as JSON would have it.
 * Throws UndecodableObjectError.
 */
export function decodeProtobuf(body: Buffer, node: SchemaNode): JsonRecord {
  if (!body.subarray(0, magic.length).equals(magic)) {
    throw new UndecodableObjectError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const unknown = body.subarray(magic.length);
  const typeMeta = find(unknown, 1);
  const raw = find(unknown, 2);
  const kind =
    typeMeta === undefined ? {} : { apiVersion: textAt(asBytes(typeMeta), 1), kind: textAt(asBytes(typeMeta), 2) };
  if (raw === undefined || node.type !== 'struct') return kind;
  return { ...kind, ...readStruct(asBytes(raw), node) };
}

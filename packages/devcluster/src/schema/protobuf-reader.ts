import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';

/** One field of a protobuf message: its number, and a number or the bytes of its value. */
export interface ProtobufField {
  number: number;
  value: bigint | Buffer;
}

const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

function truncated(): UndecodableObjectError {
  return new UndecodableObjectError('unexpected EOF');
}

/** Reads the fields of a message one after the other. Throws UndecodableObjectError when it is cut short. */
export function* protobufFields(bytes: Buffer): Generator<ProtobufField> {
  let position = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position];
      if (byte === undefined || shift > 63n) throw truncated();
      position += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const readBytes = (length: number): Buffer => {
    if (position + length > bytes.length) throw truncated();
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = Number(readVarint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case varint:
        yield { number, value: readVarint() };
        break;
      case fixed64:
        yield { number, value: readBytes(8) };
        break;
      case lengthDelimited:
        yield { number, value: readBytes(Number(readVarint())) };
        break;
      case fixed32:
        yield { number, value: readBytes(4) };
        break;
      default:
        throw new UndecodableObjectError(`proto: illegal wireType ${tag & 7}`);
    }
  }
}

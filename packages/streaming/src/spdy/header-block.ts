import type { StreamingLimits } from '../options/streaming-options.ts';
import { protocolError } from '../errors/protocol-error.ts';

/** Headers of a stream: names in lower case. Several values of one name are joined by a zero byte, as on the wire. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** The name/value block of SPDY/3, before it is compressed (SPDY protocol draft 3.1, section 2.6.10). */
export function encodeHeaderBlock(headers: SpdyHeaders): Buffer {
  let bytes = 4;
  for (const [name, value] of headers) {
    bytes += 8 + name.length + value.length;
  }
  const block = Buffer.allocUnsafe(bytes);
  let offset = block.writeUInt32BE(headers.size, 0);
  for (const [name, value] of headers) {
    for (const text of [name.toLowerCase(), value]) {
      offset = block.writeUInt32BE(text.length, offset);
      offset += block.write(text, offset, 'latin1');
    }
  }
  return block;
}

/** @throws StreamingError when the block is not one, or breaks a bound. */
export function decodeHeaderBlock(block: Buffer, limits: StreamingLimits): SpdyHeaders {
  let offset = 0;
  const number = (): number => {
    if (offset + 4 > block.length) {
      throw protocolError('a header block is cut short');
    }
    const value = block.readUInt32BE(offset);
    offset += 4;
    return value;
  };
  const text = (): string => {
    const length = number();
    if (length > limits.headerBytes) {
      throw protocolError(`a header of ${length} bytes, more than ${limits.headerBytes}`);
    }
    if (offset + length > block.length) {
      throw protocolError('a header block is cut short');
    }
    offset += length;
    return block.toString('latin1', offset - length, offset);
  };
  const count = number();
  if (count > limits.headers) {
    throw protocolError(`${count} headers in one frame, more than ${limits.headers}`);
  }
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const name = text();
    if (name === '' || name !== name.toLowerCase() || headers.has(name)) {
      throw protocolError('a header name is empty, not in lower case or given twice');
    }
    headers.set(name, text());
  }
  if (offset !== block.length) {
    throw protocolError('a header block is longer than its headers');
  }
  return headers;
}

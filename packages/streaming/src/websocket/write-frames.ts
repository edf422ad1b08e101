import { opcode, type CloseCode } from './frame-types.ts';

/** What comes before the payload of a binary message of one frame, from a server: nothing of it is masked (RFC 6455, section 5.1). */
export function binaryFrameHead(payloadBytes: number): Buffer {
  const first = 0x80 | opcode.binary;
  if (payloadBytes < 126) return Buffer.of(first, payloadBytes);
  if (payloadBytes <= 0xff_ff) return Buffer.of(first, 126, payloadBytes >>> 8, payloadBytes & 0xff);
  const head = Buffer.alloc(10);
  head.writeUInt8(first, 0);
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(payloadBytes), 2);
  return head;
}

/** A control frame of a server. Its payload has 125 bytes at most. */
export function controlFrame(code: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.of(0x80 | code, payload.length), payload]);
}

/** The last frame that a side sends. */
export function closeFrame(code: CloseCode): Buffer {
  return controlFrame(opcode.close, Buffer.of(code >>> 8, code & 0xff));
}

import { protocolError } from '../errors/protocol-error.ts';
import type { StreamingLimits } from '../options/streaming-options.ts';
import { opcode } from './frame-types.ts';
import { unmask } from './unmask.ts';

export interface WebSocketFrameHandler {
  /** A message begins. */
  message(isBinary: boolean): void;
  /** A frame of the message begins, with so many bytes. */
  frame(payloadBytes: number): void;
  /** Bytes of the frame, as far as they have come: a slice of what was pushed, without its mask. */
  data(bytes: Buffer): void;
  /** `payload` is a copy. */
  control(opcode: number, payload: Buffer): void;
}

/** What is known of a frame before its payload. */
interface FrameHead {
  readonly opcode: number;
  readonly fin: boolean;
  readonly payloadBytes: number;
  readonly mask: number;
  readonly headBytes: number;
}

/** Two bytes, a length of up to eight, and the mask. */
const longestHead = 14;
/** RFC 6455, section 5.5. */
const longestControl = 125;

/**
 * Cuts what a client says on a WebSocket into frames (RFC 6455, section 5). No message is held: its bytes are handed on as they come. What is pushed
 * is changed in place, where it is masked.
 */
export class WebSocketFrameReader {
  readonly #limits: StreamingLimits;
  readonly #handler: WebSocketFrameHandler;
  readonly #head = Buffer.alloc(longestHead);
  #headBytes = 0;
  #frame: FrameHead | undefined;
  /** How much of the frame's payload has come. */
  #position = 0;
  #control = Buffer.alloc(0);
  #inMessage = false;

  constructor(limits: StreamingLimits, handler: WebSocketFrameHandler) {
    this.#limits = limits;
    this.#handler = handler;
  }

  /** @throws StreamingError `ProtocolError` when a client must not say that, or a bound is broken. Nothing may be pushed after that. */
  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#frame === undefined) {
        offset = this.#readHead(chunk, offset);
      } else {
        const bytes = chunk.subarray(offset, offset + this.#frame.payloadBytes - this.#position);
        offset += bytes.length;
        this.#take(this.#frame, bytes);
      }
    }
  }

  /** Collects the bytes of a head; gives where its payload begins. */
  #readHead(chunk: Buffer, offset: number): number {
    const before = this.#headBytes;
    this.#headBytes += chunk.copy(this.#head, before, offset, offset + longestHead - before);
    const frame = readFrameHead(this.#head.subarray(0, this.#headBytes));
    if (frame === undefined) return chunk.length;
    this.#headBytes = 0;
    this.#begin(frame);
    return offset + frame.headBytes - before;
  }

  #begin(frame: FrameHead): void {
    this.#frame = frame;
    this.#position = 0;
    if (frame.opcode >= opcode.close) {
      this.#control = Buffer.alloc(0);
    } else {
      if ((frame.opcode === opcode.continuation) !== this.#inMessage) {
        throw protocolError('a message begins within another, or goes on without one');
      }
      if (frame.payloadBytes > this.#limits.messageBytes) {
        throw protocolError(`a frame of ${frame.payloadBytes} bytes, more than ${this.#limits.messageBytes}`);
      }
      if (!this.#inMessage) this.#handler.message(frame.opcode === opcode.binary);
      this.#inMessage = !frame.fin;
      this.#handler.frame(frame.payloadBytes);
    }
    if (frame.payloadBytes === 0) this.#end(frame);
  }

  #take(frame: FrameHead, bytes: Buffer): void {
    unmask(bytes, frame.mask, this.#position);
    this.#position += bytes.length;
    if (frame.opcode >= opcode.close) {
      this.#control = Buffer.concat([this.#control, bytes]);
    } else {
      this.#handler.data(bytes);
    }
    if (this.#position === frame.payloadBytes) this.#end(frame);
  }

  #end(frame: FrameHead): void {
    this.#frame = undefined;
    if (frame.opcode >= opcode.close) this.#handler.control(frame.opcode, this.#control);
  }
}

/** Undefined while the head has not come as a whole. */
function readFrameHead(head: Buffer): FrameHead | undefined {
  if (head.length < 2) return undefined;
  const first = head.readUInt8(0);
  const second = head.readUInt8(1);
  const frame = { opcode: first & 0x0f, fin: (first & 0x80) !== 0 };
  const control = frame.opcode >= opcode.close;
  if ((first & 0x70) !== 0) throw protocolError('a frame uses an extension that was not agreed on');
  if (control ? frame.opcode > opcode.pong : frame.opcode > opcode.binary) {
    throw protocolError(`a frame has the unknown opcode ${frame.opcode}`);
  }
  if ((second & 0x80) === 0) throw protocolError('a frame of a client has no mask');
  const short = second & 0x7f;
  if (control && (!frame.fin || short > longestControl))
    throw protocolError('a control frame is too long, or in parts');
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const headBytes = 2 + lengthBytes + 4;
  if (head.length < headBytes) return undefined;
  const payloadBytes =
    lengthBytes === 0 ? short : lengthBytes === 2 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
  return { ...frame, payloadBytes, mask: head.readUInt32BE(headBytes - 4), headBytes };
}

import type { StreamingLimits } from '../options/streaming-options.ts';
import { flagFin, frameType, spdyVersion } from './frame-types.ts';
import type { ControlFrame } from './frame-types.ts';
import { checkControlFrameLength, parseControlFrame } from './parse-control-frame.ts';
import { protocolError } from '../errors/protocol-error.ts';

export interface FrameHandler {
  /**
   * Bytes of a DATA frame, as far as they have come: the frame is never held whole, and the bytes are a slice of what
   * was pushed. `fin` comes with the last of them.
   */
  data(streamId: number, chunk: Buffer, fin: boolean): void;
  control(frame: ControlFrame): void;
}

const nothing = Buffer.alloc(0);
const known: ReadonlySet<number> = new Set(Object.values(frameType));

/** Cuts bytes into frames. What it holds is at most one control frame, within `limits.controlFrameBytes`, and no slice of what was pushed. */
export class FrameReader {
  readonly #limits: StreamingLimits;
  readonly #handler: FrameHandler;
  readonly #header = Buffer.alloc(8);
  #headerBytes = 0;
  /** What is still to come of the frame that is being read. */
  #remaining = 0;
  #dataStream = 0;
  #type = 0;
  #flags = 0;
  #kept: Buffer[] | undefined;
  #keptBytes = 0;

  constructor(limits: StreamingLimits, handler: FrameHandler) {
    this.#limits = limits;
    this.#handler = handler;
  }

  /** Bytes of an unfinished frame that are held. */
  get bufferedBytes(): number {
    return this.#headerBytes + this.#keptBytes;
  }

  /** @throws StreamingError when the bytes are not SPDY/3 or break a bound. Nothing may be pushed after that. */
  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#headerBytes < 8) {
        const from = offset;
        offset += chunk.copy(this.#header, this.#headerBytes, offset, offset + 8 - this.#headerBytes);
        this.#headerBytes += offset - from;
        if (this.#headerBytes < 8) {
          return;
        }
        this.#begin();
      } else {
        const part = chunk.subarray(offset, offset + this.#remaining);
        offset += part.length;
        this.#take(part);
      }
    }
  }

  #begin(): void {
    const firstWord = this.#header.readUInt32BE(0);
    const length = this.#header.readUIntBE(5, 3);
    this.#flags = this.#header.readUInt8(4);
    this.#remaining = length;
    this.#type = 0;
    this.#kept = undefined;
    if (firstWord < 0x80_00_00_00) {
      if (firstWord === 0) {
        throw protocolError('a DATA frame names stream 0');
      }
      this.#dataStream = firstWord;
    } else {
      this.#dataStream = 0;
      this.#type = firstWord & 0xff_ff;
      this.#beginControl((firstWord >>> 16) & 0x7f_ff, length);
    }
    if (length === 0) {
      this.#take(nothing);
    }
  }

  #beginControl(version: number, length: number): void {
    if (version !== spdyVersion) {
      throw protocolError(`a control frame of SPDY version ${version}`);
    }
    if (length > this.#limits.controlFrameBytes) {
      throw protocolError(`a control frame of ${length} bytes, more than ${this.#limits.controlFrameBytes}`);
    }
    checkControlFrameLength(this.#type, length, this.#limits.settings);
    if (known.has(this.#type) && this.#type !== frameType.windowUpdate) {
      this.#kept = [];
    }
  }

  #take(part: Buffer): void {
    this.#remaining -= part.length;
    const last = this.#remaining === 0;
    if (last) {
      this.#headerBytes = 0;
    }
    if (this.#dataStream !== 0) {
      this.#handler.data(this.#dataStream, part, last && (this.#flags & flagFin) !== 0);
    } else if (this.#kept !== undefined) {
      // What was pushed belongs to who pushed it: what has to wait for more is a copy.
      this.#kept.push(last ? part : Buffer.from(part));
      this.#keptBytes += part.length;
      if (last) {
        this.#finishControl(this.#kept);
      }
    }
  }

  #finishControl(kept: Buffer[]): void {
    const [only] = kept;
    const payload = kept.length === 1 && only !== undefined ? only : Buffer.concat(kept);
    this.#kept = undefined;
    this.#keptBytes = 0;
    const frame = parseControlFrame(this.#type, this.#flags, payload);
    if (frame !== undefined) {
      this.#handler.control(frame);
    }
  }
}

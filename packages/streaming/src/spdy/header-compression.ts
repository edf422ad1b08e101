import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StreamingLimits } from '../options/streaming-options.ts';
import { decodeHeaderBlock, encodeHeaderBlock } from './header-block.ts';
import type { SpdyHeaders } from './header-block.ts';
import { headerDictionary, headerDictionaryId } from './header-dictionary.ts';
import { protocolError } from '../errors/protocol-error.ts';

/** How far back deflate can refer to. */
const windowBytes = 32 * 1024;

/** What has gone through one direction's zlib stream, as far back as the next block may refer to it. */
function remember(window: Buffer, block: Buffer): Buffer {
  const all = Buffer.concat([window, block]);
  return all.length > windowBytes ? all.subarray(all.length - windowBytes) : all;
}

/**
 * All header blocks of one direction are one zlib stream. Each block ends with a sync flush, on a byte boundary, so it
 * can be inflated by itself when the window that it may refer to is given as a dictionary. That way it is done at once
 * and in order, which node:zlib's streams cannot do.
 */
export class HeaderInflater {
  readonly #limits: StreamingLimits;
  #window: Buffer | undefined;

  constructor(limits: StreamingLimits) {
    this.#limits = limits;
  }

  /** @throws StreamingError when the block cannot be inflated, or breaks a bound. Nothing can be inflated after that. */
  inflate(block: Buffer): SpdyHeaders {
    const first = this.#window === undefined ? readStreamHeader(block) : { window: this.#window, headerBytes: 0 };
    const inflated = inflateBlock(block.subarray(first.headerBytes), first.window, this.#limits.headerBlockBytes);
    this.#window = remember(first.window, inflated);
    return decodeHeaderBlock(inflated, this.#limits);
  }
}

function inflateBlock(block: Buffer, dictionary: Buffer, maxOutputLength: number): Buffer {
  try {
    return inflateRawSync(block, { dictionary, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
  } catch (error) {
    throw protocolError('a header block cannot be inflated', { cause: error });
  }
}

/** The header of a zlib stream (RFC 1950, section 2.2). */
function readStreamHeader(block: Buffer): { readonly window: Buffer; readonly headerBytes: number } {
  if (block.length < 2 || (block.readUInt8(0) & 0x0f) !== 8 || block.readUInt16BE(0) % 31 !== 0) {
    throw protocolError('the first header block is not the start of a zlib stream');
  }
  if ((block.readUInt8(1) & 0x20) === 0) {
    return { window: Buffer.alloc(0), headerBytes: 2 };
  }
  if (block.length < 6 || block.readUInt32BE(2) !== headerDictionaryId) {
    throw protocolError('the headers are compressed with another dictionary than that of SPDY/3');
  }
  return { window: headerDictionary, headerBytes: 6 };
}

/** Deflate with a 32 KiB window, and the checksum of the dictionary. */
const streamHeader = Buffer.alloc(6);
streamHeader.writeUInt16BE(0x78_bb, 0);
streamHeader.writeUInt32BE(headerDictionaryId, 2);

/** The other direction. A block refers to nothing before itself, which every inflater understands: simple, and small enough. */
export class HeaderDeflater {
  #started = false;

  deflate(headers: SpdyHeaders): Buffer {
    const block = deflateRawSync(encodeHeaderBlock(headers), {
      finishFlush: constants.Z_SYNC_FLUSH,
      windowBits: 10,
      memLevel: 1,
    });
    if (this.#started) {
      return block;
    }
    this.#started = true;
    return Buffer.concat([streamHeader, block]);
  }
}

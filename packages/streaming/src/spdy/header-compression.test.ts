import { once } from 'node:events';
import { constants, createDeflate, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../options/streaming-options.ts';
import { failsInProtocol } from '../testing/fails-in-protocol.ts';
import { encodeHeaderBlock } from './header-block.ts';
import { HeaderDeflater, HeaderInflater } from './header-compression.ts';
import { headerDictionary, headerDictionaryId } from './header-dictionary.ts';

/** Names are tokens in lower case; values are any bytes. */
const name = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
const value = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 20 });

async function asOneStream(blocks: readonly Buffer[]): Promise<Buffer[]> {
  const deflate = createDeflate({ dictionary: headerDictionary, flush: constants.Z_SYNC_FLUSH });
  const frames: Buffer[] = [];
  for (const block of blocks) {
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer): void => void chunks.push(chunk);
    deflate.on('data', collect);
    deflate.write(block);
    await new Promise<void>((resolve) => {
      deflate.flush(constants.Z_SYNC_FLUSH, () => resolve());
    });
    deflate.off('data', collect);
    frames.push(Buffer.concat(chunks));
  }
  deflate.close();
  await once(deflate, 'close');
  return frames;
}

describe('header compression', () => {
  test('has the dictionary of SPDY/3', () => {
    let low = 1;
    let high = 0;
    for (const byte of headerDictionary) {
      low = (low + byte) % 65_521;
      high = (high + low) % 65_521;
    }
    expect(high * 65_536 + low).toBe(headerDictionaryId);
    expect(headerDictionary).toHaveLength(1423);
  });

  test('gives back what was compressed, block after block', () => {
    fc.assert(
      fc.property(fc.array(headers, { maxLength: 6 }), (blocks) => {
        const deflater = new HeaderDeflater();
        const inflater = new HeaderInflater(defaultLimits);
        for (const block of blocks) {
          expect([...inflater.inflate(deflater.deflate(new Map(block)))]).toEqual(block);
        }
      }),
    );
  });

  test('inflates blocks that refer to the dictionary and to earlier blocks, as other programs write them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { minLength: 1, maxLength: 5 }), async (blocks) => {
        const frames = await asOneStream(blocks.map((block) => encodeHeaderBlock(new Map(block))));
        const inflater = new HeaderInflater(defaultLimits);
        for (const [index, frame] of frames.entries()) {
          expect([...inflater.inflate(frame)]).toEqual(blocks[index]);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('refuses any bytes that are no header block with a protocol error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, started) => {
        const inflater = new HeaderInflater(defaultLimits);
        if (started) {
          inflater.inflate(new HeaderDeflater().deflate(new Map([['streamtype', 'error']])));
        }
        expect(failsInProtocol(() => inflater.inflate(Buffer.from(bytes)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('refuses changed bytes of a real block, or reads them as headers within the bounds', () => {
    const block = new HeaderDeflater().deflate(
      new Map([
        ['streamtype', 'data'],
        ['port', '8080'],
      ]),
    );
    fc.assert(
      fc.property(fc.nat(block.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(block);
        changed[at] = byte;
        const read = (): boolean => new HeaderInflater(defaultLimits).inflate(changed).size <= defaultLimits.headers;
        expect(failsInProtocol(read)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('CVE-2026-35469: headers that are larger than what is allowed', () => {
  const start = (): HeaderInflater => {
    const inflater = new HeaderInflater(defaultLimits);
    inflater.inflate(new HeaderDeflater().deflate(new Map()));
    return inflater;
  };
  const compressed = (block: Buffer): Buffer => deflateRawSync(block, { finishFlush: constants.Z_SYNC_FLUSH });

  test('a small frame that inflates to megabytes is refused before it has', () => {
    const bomb = compressed(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => start().inflate(bomb)).toThrow('cannot be inflated');
  });

  test('more headers than allowed are refused by their count alone', () => {
    const block = Buffer.alloc(4);
    block.writeUInt32BE(0xff_ff_ff_ff);
    expect(() => start().inflate(compressed(block))).toThrow('4294967295 headers');
  });

  test('a longer header than allowed is refused by its length alone', () => {
    const block = Buffer.alloc(8);
    block.writeUInt32BE(1, 0);
    block.writeUInt32BE(0x7f_ff_ff_ff, 4);
    expect(() => start().inflate(compressed(block))).toThrow('a header of 2147483647 bytes');
  });
});

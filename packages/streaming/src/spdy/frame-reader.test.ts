import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../options/streaming-options.ts';
import { failsInProtocol } from '../testing/fails-in-protocol.ts';
import { FrameReader } from './frame-reader.ts';
import { longestFrame } from './frame-types.ts';
import type { ControlFrame } from './frame-types.ts';
import {
  dataFrameHeader,
  goAwayFrame,
  pingFrame,
  rstStreamFrame,
  synReplyFrame,
  synStreamFrame,
} from './write-frames.ts';

type Seen =
  | ControlFrame
  | { readonly type: 'DATA'; readonly streamId: number; readonly bytes: string; readonly fin: boolean };

/** Reads all of it; DATA that came in pieces is put together up to its frame's last piece. */
function read(chunks: readonly Buffer[]): { seen: Seen[]; reader: FrameReader } {
  const seen: Seen[] = [];
  const reader = new FrameReader(defaultLimits, {
    data: (streamId, chunk, fin) => {
      const last = seen.at(-1);
      if (last?.type === 'DATA' && last.streamId === streamId && !last.fin) {
        seen[seen.length - 1] = { ...last, bytes: last.bytes + chunk.toString('hex'), fin };
      } else {
        seen.push({ type: 'DATA', streamId, bytes: chunk.toString('hex'), fin });
      }
    },
    control: (frame) => seen.push(frame),
  });
  for (const chunk of chunks) {
    reader.push(chunk);
  }
  return { seen, reader };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

const streamId = fc.integer({ min: 1, max: 0x7f_ff_ff_ff });
const block = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
const frame = fc.oneof(
  fc.tuple(streamId, block, fc.boolean()).map(([id, bytes, fin]) => synStreamFrame(id, bytes, fin)),
  fc.tuple(streamId, block, fc.boolean()).map(([id, bytes, fin]) => synReplyFrame(id, bytes, fin)),
  fc.tuple(streamId, fc.constantFrom(1, 3, 5)).map(([id, status]) => rstStreamFrame(id, status)),
  streamId.map(pingFrame),
  fc.tuple(streamId, fc.constantFrom(0, 1, 2)).map(([id, status]) => goAwayFrame(id, status)),
  fc.tuple(streamId, block).map(([id, bytes]) => Buffer.concat([dataFrameHeader(id, bytes.length, true), bytes])),
);

function settingsFrame(declared: number, entries: number): Buffer {
  const bytes = Buffer.alloc(12 + 8 * entries);
  bytes.writeUInt32BE(0x80_03_00_04, 0);
  bytes.writeUIntBE(4 + 8 * entries, 5, 3);
  bytes.writeUInt32BE(declared, 8);
  return bytes;
}

describe('a frame reader', () => {
  test('reads back what was written', () => {
    const headerBlock = Buffer.from('block');
    const written = [
      synStreamFrame(1, headerBlock, true),
      synReplyFrame(3, headerBlock, false),
      rstStreamFrame(5, 5),
      pingFrame(7),
      goAwayFrame(9, 0),
      dataFrameHeader(11, 2, true),
      Buffer.from('ab'),
    ];
    expect(read([Buffer.concat(written)]).seen).toEqual([
      { type: 'SYN_STREAM', streamId: 1, fin: true, unidirectional: false, headerBlock },
      { type: 'SYN_REPLY', streamId: 3, fin: false, headerBlock },
      { type: 'RST_STREAM', streamId: 5, status: 5 },
      { type: 'PING', id: 7 },
      { type: 'GOAWAY', lastGoodStreamId: 9, status: 0 },
      { type: 'DATA', streamId: 11, bytes: '6162', fin: true },
    ]);
  });

  test('sees the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (frames, at) => {
        const bytes = Buffer.concat(frames);
        const { seen, reader } = read(cut(bytes, at));
        expect(seen).toEqual(read([bytes]).seen);
        expect(reader.bufferedBytes).toBe(0);
      }),
    );
  });

  test('throws nothing but protocol errors, and holds no more than one control frame, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
        const reader = new FrameReader(defaultLimits, { data: () => undefined, control: () => undefined });
        const bounded = (): boolean =>
          chunks.every((chunk) => {
            reader.push(Buffer.from(chunk));
            return reader.bufferedBytes <= defaultLimits.controlFrameBytes + 8;
          });
        expect(failsInProtocol(bounded)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('throws nothing but protocol errors when bytes of real frames are changed', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(255), (frames, at, byte) => {
        const bytes = Buffer.concat(frames);
        bytes[at % bytes.length] = byte;
        expect(failsInProtocol(() => read([bytes]).reader.bufferedBytes <= bytes.length)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('hands on DATA as it comes and holds none of it', () => {
    let bytes = 0;
    const reader = new FrameReader(defaultLimits, {
      data: (_streamId, chunk) => {
        bytes += chunk.length;
      },
      control: () => undefined,
    });
    reader.push(dataFrameHeader(1, longestFrame, false));
    for (let sent = 0; sent < 4_000_000; sent += 64_000) {
      reader.push(Buffer.alloc(64_000));
      expect(reader.bufferedBytes).toBe(8);
    }
    expect(bytes).toBe(4_032_000);
  });

  test('skips WINDOW_UPDATE, SETTINGS and types that it does not know', () => {
    const windowUpdate = Buffer.from('800300090000000800000001000fffff', 'hex');
    const unknown = Buffer.from('8003000a00000003aabbcc', 'hex');
    const { seen } = read([Buffer.concat([windowUpdate, settingsFrame(2, 2), unknown, pingFrame(2)])]);
    expect(seen).toEqual([{ type: 'PING', id: 2 }]);
  });

  test('refuses another version, stream 0 and lengths that a type cannot have', () => {
    expect(() => read([Buffer.from('8002000100000000', 'hex')])).toThrow('SPDY version 2');
    expect(() => read([Buffer.from('0000000000000000', 'hex')])).toThrow('stream 0');
    expect(() => read([Buffer.from('8003000600000005', 'hex')])).toThrow('has 5 bytes');
    expect(() => read([Buffer.from('8003000100000009', 'hex')])).toThrow('has 9 bytes');
  });
});

describe('CVE-2026-35469: frames that are larger than what is allowed', () => {
  test('a SETTINGS frame with more entries than allowed is refused by its length, before any of them is read', () => {
    const frame = settingsFrame(1, 1);
    frame.writeUIntBE(4 + 8 * (defaultLimits.settings + 1), 5, 3);
    expect(() => read([frame.subarray(0, 8)])).toThrow('more than 64 entries');
  });

  test('a SETTINGS frame that declares more entries than it has is refused', () => {
    expect(() => read([settingsFrame(0xff_ff_ff_ff, 2)])).toThrow('another number of entries');
  });

  test('a control frame that is longer than allowed is refused by its length', () => {
    const frame = synStreamFrame(1, Buffer.alloc(0), false);
    frame.writeUIntBE(defaultLimits.controlFrameBytes + 1, 5, 3);
    expect(() => read([frame.subarray(0, 8)])).toThrow('more than 1048576');
  });
});

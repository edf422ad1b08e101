import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failsInProtocol } from '../testing/fails-in-protocol.ts';
import { base64Codec, binaryCodec } from './channel-codec.ts';

const codecs = [
  { name: 'binary', codec: binaryCodec },
  { name: 'base64', codec: base64Codec },
];

describe.each(codecs)('the $name form of channel messages', ({ codec }) => {
  test('gives back the channel and the bytes', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.uint8Array({ maxLength: 1000 }), (channel, bytes) => {
        const { channel: read, payload } = codec.decode(Buffer.from(codec.encode(channel, bytes) as string, 'latin1'));
        expect(read).toBe(channel);
        expect(Buffer.compare(payload, bytes)).toBe(0);
      }),
    );
  });

  test('is read from any bytes, or they are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
        expect(failsInProtocol(() => codec.decode(Buffer.from(bytes)).payload.length <= bytes.length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('base64 messages', () => {
  test('that are not base64 are refused, and not read in part', () => {
    for (const text of ['0a', '0ab', '0a*==', '0abcd=', '0=abc']) {
      expect(failsInProtocol(() => base64Codec.decode(Buffer.from(text)))).toBe(true);
      expect(() => base64Codec.decode(Buffer.from(text))).toThrow('not base64');
    }
  });
});

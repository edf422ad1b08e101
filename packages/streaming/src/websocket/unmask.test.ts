import { expect, test } from 'vitest';
import { unmask } from './unmask.ts';

/** As RFC 6455 has it, byte by byte. */
function expected(bytes: Buffer, key: Buffer, position: number): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (key[(position + index) % 4] ?? 0)));
}

test('every byte meets its byte of the mask, wherever it lies in memory and in its frame', () => {
  const key = Buffer.from([0x81, 0x02, 0xf3, 0x44]);
  const memory = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37) % 256));
  for (let offset = 0; offset < 8; offset += 1) {
    for (let length = 0; length < 20; length += 1) {
      for (let position = 0; position < 8; position += 1) {
        const all = Buffer.from(new Uint8Array(memory).buffer);
        const bytes = all.subarray(offset, offset + length);
        const wanted = Buffer.concat([
          memory.subarray(0, offset),
          expected(bytes, key, position),
          memory.subarray(offset + length),
        ]);
        unmask(bytes, key.readUInt32BE(0), position);
        expect(all.equals(wanted)).toBe(true);
      }
    }
  }
});

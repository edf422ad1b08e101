import { expect, test } from 'vitest';
import { CollectedOutput } from './collected-output.ts';

test('output in many small pieces costs no more than twice its bytes', () => {
  const output = new CollectedOutput({ limit: 1_000_000, onTooMuch: () => undefined });
  const piece = Uint8Array.of(0x78);
  for (let written = 0; written < 300_000; written += 1) output.add(piece);
  expect(output.bytes().length).toBe(300_000);
  expect(output.heldBytes).toBeLessThanOrEqual(600_000);
});

test('what is beyond the limit is told, and not kept', () => {
  let told = 0;
  const output = new CollectedOutput({ limit: 4, onTooMuch: () => (told += 1) });
  output.add(Buffer.from('abc'));
  output.add(Buffer.from('de'));
  expect(output.bytes().toString()).toBe('abc');
  expect(told).toBe(1);
});

test('the bytes are copied: whoever wrote them may use their buffer again', async () => {
  const output = new CollectedOutput({ limit: 100, onTooMuch: () => undefined });
  const buffer = Buffer.from('one');
  const writer = output.stream().getWriter();
  await writer.write(buffer);
  buffer.fill('x');
  expect(output.bytes().toString()).toBe('one');
});

import { expect, test } from 'vitest';
import { TailBuffer } from './tail-buffer.ts';

function taken(buffer: TailBuffer): string {
  return Buffer.concat([...buffer.take()]).toString();
}

test('whatever is added, no more is held than the lines and bytes that it may hold', () => {
  const buffer = new TailBuffer({ lines: 100, bytes: 1_000 });
  for (let line = 0; line < 100_000; line += 1) {
    buffer.add(Buffer.from(`line ${line}\n`));
    expect(buffer.bytes).toBeLessThanOrEqual(1_000);
  }
  const lines = taken(buffer).split('\n');
  expect(lines.at(-2)).toBe('line 99999');
  expect(lines.length - 1).toBe(Math.floor(1_000 / 'line 99999\n'.length));
});

test('a line without an end is not held beyond the bytes', () => {
  const buffer = new TailBuffer({ lines: 1, bytes: 1_000 });
  for (let part = 0; part < 10_000; part += 1) {
    buffer.add(Buffer.alloc(100, 'x'));
    expect(buffer.bytes).toBeLessThanOrEqual(1_000);
  }
});

test('what it holds does not keep the pieces in memory that it was cut from', () => {
  const buffer = new TailBuffer({ lines: 1, bytes: 1_000 });
  const piece = Buffer.alloc(1_000_000, 'x');
  buffer.add(piece.subarray(0, 10));
  const [held] = [...buffer.take()];
  expect(held?.buffer).not.toBe(piece.buffer);
});

test('one short line costs little memory', () => {
  const buffer = new TailBuffer({ lines: 1, bytes: 1_000_000 });
  buffer.add(Buffer.from('a\n'));
  const [held] = [...buffer.take()];
  expect(held?.buffer.byteLength).toBeLessThan(4_096);
});

test('many short lines cost no more memory than their bytes', () => {
  const buffer = new TailBuffer({ lines: 2_000_000, bytes: 1_000_000 });
  const lines = Buffer.alloc(100_000, '\n');
  for (let round = 0; round < 15; round += 1) buffer.add(lines);
  const parts = [...buffer.take()];
  expect(Buffer.concat(parts).length).toBe(1_000_000);
  expect(parts.length).toBeLessThan(100);
});

test('the last lines are the same however the text comes in pieces', () => {
  const text = Array.from({ length: 500 }, (_none, line) => `${'x'.repeat(line % 97)}${line}\n`).join('');
  for (const size of [1, 7, 1_000, 100_000]) {
    const buffer = new TailBuffer({ lines: 3, bytes: 100_000 });
    for (let start = 0; start < text.length; start += size) buffer.add(Buffer.from(text.slice(start, start + size)));
    expect(taken(buffer)).toBe(text.split('\n').slice(-4).join('\n'));
  }
});

test('with no lines wanted nothing is held', () => {
  const buffer = new TailBuffer({ lines: 0, bytes: 100 });
  buffer.add(Buffer.from('a\nb'));
  expect(buffer.bytes).toBe(0);
  expect(taken(buffer)).toBe('');
});

test('after it was taken it holds nothing', () => {
  const buffer = new TailBuffer({ lines: 2, bytes: 100 });
  buffer.add(Buffer.from('a\n'));
  expect(taken(buffer)).toBe('a\n');
  expect(buffer.bytes).toBe(0);
  expect(taken(buffer)).toBe('');
});

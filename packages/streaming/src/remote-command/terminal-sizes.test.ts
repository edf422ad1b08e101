import { describe, expect, test } from 'vitest';
import { ByteQueue } from '../bytes/byte-queue.ts';
import { parseTerminalSize, readTerminalSizes } from './read-terminal-sizes.ts';
import { TerminalSizes } from './terminal-sizes.ts';

async function all(sizes: TerminalSizes): Promise<string[]> {
  const seen: string[] = [];
  for await (const { width, height } of sizes) {
    seen.push(`${width}x${height}`);
  }
  return seen;
}

async function readAllSizes(chunks: readonly string[]): Promise<string[]> {
  const queue = new ByteQueue({ capacity: 1e6, onFull: () => undefined, onSpace: () => undefined });
  const sizes = new TerminalSizes();
  for (const chunk of chunks) {
    queue.push(Buffer.from(chunk));
  }
  queue.end();
  await readTerminalSizes(queue, sizes);
  return all(sizes);
}

describe('sizes of a terminal', () => {
  test('are read however they are cut and joined', async () => {
    expect(
      await readAllSizes(['{"Width":80,"Hei', 'ght":24}\n{"Width":100,"Height":30}{"width":1,"HEIGHT":2}']),
    ).toEqual(['80x24', '100x30', '1x2']);
  });

  test('that are none end the reading', async () => {
    expect(await readAllSizes(['{"Width":80,"Height":24}', 'nonsense}', '{"Width":1,"Height":1}'])).toEqual(['80x24']);
    expect(await readAllSizes(['x'.repeat(5000), '{"Width":1,"Height":1}'])).toEqual([]);
  });

  test('are numbers that a terminal can have', () => {
    expect(parseTerminalSize('{"Width":70000,"Height":1}')).toBeUndefined();
    expect(parseTerminalSize('{"Width":-1,"Height":1}')).toBeUndefined();
    expect(parseTerminalSize('{"Width":"80","Height":1}')).toBeUndefined();
    expect(parseTerminalSize('{"Width":80}')).toEqual({ width: 80, height: 0 });
    expect(parseTerminalSize('null')).toEqual({ width: 0, height: 0 });
  });

  test('of which a flood comes while nobody asks are forgotten but for the last ones', async () => {
    const sizes = new TerminalSizes();
    for (let width = 1; width <= 10_000; width += 1) {
      sizes.push({ width, height: 1 });
    }
    sizes.end();
    const seen = await all(sizes);
    expect(seen).toHaveLength(16);
    expect(seen.at(-1)).toBe('10000x1');
  });

  test('are waited for', async () => {
    const sizes = new TerminalSizes();
    const seen = all(sizes);
    sizes.push({ width: 1, height: 2 });
    sizes.end();
    expect(await seen).toEqual(['1x2']);
  });
});

import { describe, expect, test } from 'vitest';
import { ByteQueue } from './byte-queue.ts';

function queueOf(capacity = 1000): { queue: ByteQueue; events: string[] } {
  const events: string[] = [];
  const queue = new ByteQueue({ capacity, onFull: () => events.push('full'), onSpace: () => events.push('space') });
  return { queue, events };
}

describe('a byte queue', () => {
  test('gives out what came, in order, and then the end', async () => {
    const { queue } = queueOf();
    queue.push(Buffer.from('a'));
    queue.push(Buffer.from('b'));
    queue.end();
    expect(String(await queue.read())).toBe('a');
    expect(String(await queue.read())).toBe('b');
    expect(await queue.read()).toBeUndefined();
  });

  test('hands a chunk to a reader that waits without holding it', async () => {
    const { queue } = queueOf();
    const read = queue.read();
    queue.push(Buffer.from('late'));
    expect(queue.bufferedBytes).toBe(0);
    expect(String(await read)).toBe('late');
  });

  test('says once that it is full, and once that there is space again at half', () => {
    const { queue, events } = queueOf(1000);
    queue.push(Buffer.alloc(600));
    queue.push(Buffer.alloc(600));
    queue.push(Buffer.alloc(600));
    expect(events).toEqual(['full']);
    queue.take();
    queue.take();
    expect(events).toEqual(['full']);
    queue.take();
    expect(events).toEqual(['full', 'space']);
    expect(queue.bufferedBytes).toBe(0);
  });

  test('counts small chunks for more than their bytes, so that a flood of them is bounded', () => {
    const { queue, events } = queueOf(1000);
    for (let count = 0; count < 10; count += 1) {
      queue.push(Buffer.alloc(1));
    }
    expect(events).toEqual(['full']);
  });

  test('gives out what it holds before the error with which it failed', async () => {
    const { queue } = queueOf();
    queue.push(Buffer.from('rest'));
    queue.fail(new Error('broken'));
    expect(String(await queue.read())).toBe('rest');
    await expect(queue.read()).rejects.toThrow('broken');
  });

  test('holds nobody up once nothing more comes', () => {
    const { queue, events } = queueOf(100);
    queue.push(Buffer.alloc(200));
    queue.end();
    expect(events).toEqual(['full', 'space']);
  });

  test('drops everything when it is discarded', async () => {
    const { queue, events } = queueOf(100);
    queue.push(Buffer.alloc(200));
    queue.discard();
    queue.push(Buffer.alloc(200));
    expect(queue.bufferedBytes).toBe(0);
    expect(events).toEqual(['full', 'space']);
    expect(await queue.read()).toBeUndefined();
  });

  test('keeps the order over thousands of chunks', async () => {
    const { queue } = queueOf(1e9);
    for (let index = 0; index < 5000; index += 1) {
      queue.push(Buffer.from(`${index},`));
    }
    queue.end();
    let text = '';
    for (let chunk = await queue.read(); chunk !== undefined; chunk = await queue.read()) {
      text += String(chunk);
    }
    expect(text).toBe(Array.from({ length: 5000 }, (_, index) => `${index},`).join(''));
  });
});

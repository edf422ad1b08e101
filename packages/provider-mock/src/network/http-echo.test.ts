import { expect, it } from 'vitest';
import { HttpEcho } from './http-echo.ts';

const ref = { namespace: 'default', name: 'web-0', uid: 'u-1' };

it(
  'a body of 20 MiB comes back as it was sent, and no more of it is held than is under way',
  { timeout: 60_000 },
  async () => {
    const chunk = new Uint8Array(65_536).fill(0x61);
    const total = 20 * 2 ** 20;
    let [given, taken, mostHeld] = [0, 0, 0];
    const head = Buffer.from(`PUT / HTTP/1.1\r\nHost: web\r\nConnection: close\r\nContent-Length: ${total}\r\n\r\n`);
    const readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => controller.enqueue(head),
        pull: (controller) => {
          if (given >= total) return;
          controller.enqueue(chunk);
          given += chunk.length;
        },
      },
      { highWaterMark: 1 },
    );
    const writable = new WritableStream<Uint8Array>({
      write: async (bytes) => {
        // A reader that takes its time: each piece takes a turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
        taken += bytes.filter((byte) => byte === 0x61).length;
        mostHeld = Math.max(mostHeld, given - taken);
      },
    });
    await new HttpEcho().serve(ref, { readable, writable }, new AbortController().signal);
    expect(taken).toBeGreaterThanOrEqual(total);
    expect(mostHeld).toBeLessThan(2 ** 21);
  },
);

it('what is not HTTP is answered with 400, and the connection is closed', async () => {
  const parts: Uint8Array[] = [];
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('not http at all\r\n\r\n')),
  });
  const writable = new WritableStream<Uint8Array>({ write: (bytes) => void parts.push(bytes) });
  await new HttpEcho().serve(ref, { readable, writable }, new AbortController().signal);
  expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 400 Bad Request/u);
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { resetStatus } from '../spdy/frame-types.ts';
import { HeaderDeflater } from '../spdy/header-compression.ts';
import { rstStreamFrame, synStreamFrame } from '../spdy/write-frames.ts';
import { writeText } from '../testing/read-all.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import { until } from '../testing/until.ts';
import { acceptRemoteCommand } from './accept-remote-command.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

test('a client that wants no status, and says so by a reset of its error stream, still gets all of the output', async () => {
  const output = 'x'.repeat(1_000_000);
  let begun = false;
  let reset = (): void => undefined;
  const wasReset = new Promise<void>((resolve) => {
    reset = resolve;
  });
  const server = await startStreamingServer(async (request, socket, head) => {
    const streams = { stdin: false, stdout: true, stderr: false, tty: false };
    const session = await acceptRemoteCommand(request, socket, head, streams);
    begun = true;
    await wasReset;
    const written = writeText(session.stdout, output);
    await session.finish({ exitCode: 1 });
    await written;
  });
  stops.push(() => server.stop());
  const socket = connect(server.port, '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => parts.push(chunk));
  const ended = once(socket, 'end');
  socket.write(
    'POST /exec HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
  );
  const deflater = new HeaderDeflater();
  socket.write(synStreamFrame(1, deflater.deflate(new Map([['streamtype', 'error']])), false));
  socket.write(synStreamFrame(3, deflater.deflate(new Map([['streamtype', 'stdout']])), false));
  await until(() => begun);
  socket.write(rstStreamFrame(1, resetStatus.cancel));
  // Frames are read in order: the answer to a ping says that the reset was read.
  socket.write(Buffer.from([0x80, 0x03, 0x00, 0x06, 0, 0, 0, 4, 0, 0, 0, 1]));
  await until(() => Buffer.concat(parts).includes(Buffer.from([0x80, 0x03, 0x00, 0x06])));
  reset();
  await ended;
  socket.destroy();
  expect(Buffer.concat(parts).filter((byte) => byte === 0x78).length).toBeGreaterThanOrEqual(output.length);
  expect(server.failures).toEqual([]);
});

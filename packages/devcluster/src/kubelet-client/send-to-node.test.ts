import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { manualClock } from '../control-loop/testing/manual-clock.ts';
import { DialError } from './dial-error.ts';
import { type NodeAnswer, sendToNode } from './send-to-node.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

interface Options {
  host?: string;
  clock?: ReturnType<typeof manualClock>;
  signal?: AbortSignal;
  isPlain?: boolean;
}

function send(port: number, options: Options = {}): Promise<NodeAnswer> {
  const { host = '127.0.0.1', clock = manualClock(), signal = new AbortController().signal, isPlain } = options;
  const tls = isPlain === true ? undefined : { rejectUnauthorized: false };
  return sendToNode({ host, port, tls, method: 'GET', path: '/', headers: ['Host', 'node'], signal, clock });
}

test('A port where nobody listens is refused in the words of Go', async () => {
  const port = await listen(() => undefined);
  for (const close of closing.splice(0)) await close();
  const failure = send(port);
  await expect(failure).rejects.toThrow(`dial tcp 127.0.0.1:${port}: connect: connection refused`);
  await expect(failure).rejects.toBeInstanceOf(DialError);
});

test('A name that nobody knows is no such host', async () => {
  await expect(send(10_250, { host: 'node.invalid' })).rejects.toThrow('dial tcp: lookup node.invalid: no such host');
});

test('A node that takes the connection and says nothing is given up after 30 seconds', async () => {
  const connected = Promise.withResolvers<void>();
  const port = await listen(() => connected.resolve());
  const clock = manualClock();
  const failure = send(port, { clock });
  failure.catch(() => undefined);
  await connected.promise;
  clock.advance(30_000);
  await expect(failure).rejects.toThrow(`dial tcp 127.0.0.1:${port}: i/o timeout`);
});

test('Once connected, a node may take its time', async () => {
  const asked = Promise.withResolvers<Socket>();
  const port = await listen((socket) => socket.once('data', () => asked.resolve(socket)));
  const clock = manualClock();
  const answer = send(port, { clock, isPlain: true });
  const socket = await asked.promise;
  clock.advance(3_600_000);
  socket.end('HTTP/1.1 204 No Content\r\n\r\n');
  expect((await answer).response.statusCode).toBe(204);
});

test('A node that ends the connection without an answer is an end of file', async () => {
  const port = await listen((socket) => socket.once('data', () => socket.end()));
  await expect(send(port, { isPlain: true })).rejects.toThrow('EOF');
});

test('A request that is called off breaks the connection', async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const port = await listen((socket) => {
    socket.once('data', () => asked.resolve());
    socket.once('close', () => gone.resolve());
  });
  const controller = new AbortController();
  const failure = send(port, { signal: controller.signal, isPlain: true });
  failure.catch(() => undefined);
  await asked.promise;
  controller.abort();
  await expect(failure).rejects.toBeInstanceOf(DialError);
  await gone.promise;
});

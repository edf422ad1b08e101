import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { streamingSettings } from '../options/streaming-options.ts';
import { dialPortForward } from '../port-forward/dial-port-forward.ts';
import { tunnelProtocol } from '../port-forward/protocols.ts';
import { forwardMany } from '../testing/forward-many.ts';
import { startRawServer, type RawServer } from '../testing/raw-server.ts';
import { startStreamingRuntime } from '../testing/streaming-runtime.ts';
import { startStreamingServer, type StreamingServer } from '../testing/streaming-server.ts';
import { dialWebSocket } from '../websocket/dial-web-socket.ts';
import { tunnelDuplex } from '../websocket/tunnel-duplex.ts';
import { proxyPortForward } from './proxy-port-forward.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** A node whose connections are all forwarded at `url`. */
async function nodeBefore(url: string, options: StreamingOptions = {}): Promise<StreamingServer> {
  const node = await startStreamingServer((request, socket, head) =>
    proxyPortForward(request, socket, head, { ...options, url: new URL(request.url ?? '', url) }),
  );
  stops.push(() => node.stop());
  return node;
}

const upgraded =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n';

/** A server that has answered, and does nothing more by itself. */
async function quietServer(): Promise<RawServer> {
  const server = await startRawServer((socket) => {
    socket.once('data', () => socket.write(upgraded));
  });
  stops.push(() => server.stop());
  return server;
}

async function tunnelTo({ port }: StreamingServer): ReturnType<typeof dialWebSocket> {
  return dialWebSocket({ url: `ws://127.0.0.1:${port}/forward` }, [tunnelProtocol], streamingSettings());
}

async function socketOf(server: RawServer): Promise<Socket> {
  await expect.poll(() => server.sockets.length).toBe(1);
  const [socket] = server.sockets;
  if (socket === undefined) throw new Error('nobody was dialled');
  return socket;
}

test('a client with SPDY in a WebSocket has all its connections over one connection to the server', async () => {
  const server = await startStreamingRuntime();
  stops.push(() => server.stop());
  const node = await nodeBefore(server.url);
  const client = await dialPortForward({
    target: { url: `http://127.0.0.1:${node.port}/forward` },
    transport: 'tunnel',
  });
  const { said, heard } = await forwardMany(client);
  expect(heard).toEqual(said);
  expect(server.sockets).toHaveLength(1);
  await client.close();
  await expect.poll(() => node.sockets[0]?.closed).toBe(true);
  expect(node.failures).toEqual([]);
});

test('every byte goes both ways as it is, in pieces of any size, and then the end', async () => {
  const server = await quietServer();
  const node = await nodeBefore(server.url);
  const { webSocket, socket } = await tunnelTo(node);
  const tunnel = tunnelDuplex({ webSocket, socket });
  const behind = await socketOf(server);
  const pieces = Array.from({ length: 100 }, (_, index) => randomBytes(1 + ((index * 7_919) % 150_000)));
  const said = Buffer.concat(pieces);
  const heard: Buffer[] = [];
  behind.on('data', (bytes: Buffer) => heard.push(bytes));
  const answered = buffer(tunnel);
  for (const piece of pieces) {
    if (!tunnel.write(piece)) await once(tunnel, 'drain');
    behind.write(piece);
  }
  await expect.poll(() => Buffer.concat(heard).subarray(-said.length).equals(said)).toBe(true);
  behind.end();
  expect((await answered).equals(said)).toBe(true);
  tunnel.end();
  await expect.poll(() => node.sockets[0]?.closed).toBe(true);
  expect(node.failures).toEqual([]);
});

test('a client that leaves ends the connection to the server', async () => {
  const server = await quietServer();
  const node = await nodeBefore(server.url);
  const { webSocket } = await tunnelTo(node);
  const behind = await socketOf(server);
  behind.on('end', () => behind.end()).resume();
  webSocket.resume();
  webSocket.close(1000);
  await expect.poll(() => behind.closed).toBe(true);
  await expect.poll(() => node.sockets[0]?.closed).toBe(true);
  expect(node.failures).toEqual([]);
});

test('a server that breaks off ends the connection to the client', async () => {
  const server = await quietServer();
  const node = await nodeBefore(server.url);
  const { socket } = await tunnelTo(node);
  (await socketOf(server)).resetAndDestroy();
  await expect.poll(() => socket.closed).toBe(true);
  await expect.poll(() => node.failures).toMatchObject([{ code: 'PeerGone' }]);
});

test('a text message is told to be wrong', async () => {
  const server = await quietServer();
  const node = await nodeBefore(server.url);
  const { webSocket } = await tunnelTo(node);
  const closed = once(webSocket, 'close');
  webSocket.resume();
  webSocket.send('text');
  expect((await closed)[0]).toBe(1002);
  await expect.poll(() => node.failures).toMatchObject([{ code: 'ProtocolError' }]);
});

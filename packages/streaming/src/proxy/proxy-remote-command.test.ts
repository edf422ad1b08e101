import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { StreamingOptions } from '../options/streaming-options.ts';
import type { RemoteCommandClient } from '../remote-command/command-client.ts';
import { dialRemoteCommand } from '../remote-command/dial-remote-command.ts';
import { acceptRemoteCommand } from '../remote-command/accept-remote-command.ts';
import type { WebSocketCommandProtocol } from '../remote-command/protocols.ts';
import { readRemoteCommandQuery } from '../remote-command/remote-command-query.ts';
import type { StreamSession } from '../remote-command/stream-session.ts';
import { clientFrame } from '../testing/client-frame.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { startRawServer, type RawServer } from '../testing/raw-server.ts';
import { readAll } from '../testing/read-all.ts';
import { startStreamingRuntime } from '../testing/streaming-runtime.ts';
import { startStreamingServer, type StreamingServer } from '../testing/streaming-server.ts';
import { proxyRemoteCommand } from './proxy-remote-command.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function runtime(): Promise<string> {
  const server = await startStreamingRuntime();
  stops.push(() => server.stop());
  return server.url;
}

/** A runtime that hands over its sessions. */
async function sessions(): Promise<{ readonly url: string; readonly next: Promise<StreamSession> }> {
  const { promise, resolve } = Promise.withResolvers<StreamSession>();
  const server = await startStreamingServer(async (request, socket, head) => {
    const { searchParams } = new URL(request.url ?? '', 'http://runtime');
    resolve(await acceptRemoteCommand(request, socket, head, readRemoteCommandQuery(searchParams)));
  });
  stops.push(() => server.stop());
  return { url: `http://127.0.0.1:${server.port}`, next: promise };
}

async function rawServer(serve: (socket: Socket) => void): Promise<RawServer> {
  const server = await startRawServer(serve);
  stops.push(() => server.stop());
  return server;
}

/** A node whose commands all run at `url`. */
async function nodeBefore(url: string, options: StreamingOptions = {}): Promise<StreamingServer> {
  const node = await startStreamingServer((request, socket, head) => {
    const { command: _, ...streams } = readRemoteCommandQuery(new URL(request.url ?? '', 'http://node').searchParams);
    return proxyRemoteCommand(request, socket, head, { ...options, ...streams, url: new URL(request.url ?? '', url) });
  });
  stops.push(() => node.stop());
  return node;
}

interface Asked {
  readonly query: string;
  readonly tty?: boolean;
  readonly protocol?: WebSocketCommandProtocol;
}

function dial(node: StreamingServer, { query, tty = false, protocol }: Asked): Promise<RemoteCommandClient> {
  const asked = new URLSearchParams(query);
  return dialRemoteCommand({
    target: { url: `http://127.0.0.1:${node.port}/exec?${query}` },
    transport: 'websocket',
    stdin: asked.has('input'),
    stdout: asked.has('output'),
    stderr: asked.has('error'),
    tty,
    ...(protocol !== undefined && { protocols: [protocol] }),
  });
}

const asking =
  'GET /exec?input=1&output=1 HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n';

/** A client that has sent its request, and what it has got so far. */
function rawClient(
  { port }: StreamingServer,
  request = asking,
): { readonly socket: Socket; readonly got: () => Buffer } {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => chunks.push(bytes));
  socket.write(request);
  stops.push(async () => void socket.destroy());
  return { socket, got: () => Buffer.concat(chunks) };
}

describe('a client of WebSocket that is joined to a server of SPDY', () => {
  test('has its command, its input up to its end, and the exit code', async () => {
    const node = await nodeBefore(await runtime());
    const client = await dial(node, { query: 'command=cat&input=1&output=1&error=1' });
    const writer = client.stdin?.getWriter();
    await writer?.write(Buffer.from('typed'));
    await writer?.close();
    expect(await readAll(client.stdout)).toBe('typed');
    expect(await readAll(client.stderr)).toBe('');
    expect(await client.outcome).toEqual({ exitCode: 0 });
    expect(node.failures).toEqual([]);
  });

  test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const)(
    'has a command that fails tell how, in %s',
    async (protocol) => {
      const node = await nodeBefore(await runtime());
      const failing = await dial(node, { query: 'command=exit&command=7&output=1&error=1', protocol });
      expect(await readAll(failing.stderr)).toBe('bye\n');
      expect(await failing.outcome).toEqual({ exitCode: 7 });
      const missing = await dial(node, { query: 'command=fail&command=gone&output=1', protocol });
      expect(await missing.outcome).toEqual({ failure: 'gone', reason: 'NotFound', httpStatus: 404 });
      expect(node.failures).toEqual([]);
    },
  );

  test('has the sizes of its terminal arrive', async () => {
    const node = await nodeBefore(await runtime());
    const client = await dial(node, { query: 'command=sizes&command=2&input=1&output=1&tty=1', tty: true });
    client.resize({ width: 80, height: 24 });
    client.resize({ width: 100, height: 30 });
    expect(await readAll(client.stdout)).toBe('80x24\n100x30\n');
    expect(await client.outcome).toEqual({ exitCode: 0 });
  });

  test('has every byte go both ways as it is, in pieces of any size', async () => {
    const { url, next } = await sessions();
    const client = await dial(await nodeBefore(url), { query: 'command=x&input=1&output=1' });
    const session = await next;
    const pieces = Array.from({ length: 60 }, (_, index) => randomBytes(1 + ((index * 7_919) % 200_000)));
    const said = Buffer.concat(pieces).toString('latin1');
    const write = async (stream: WritableStream<Uint8Array> | undefined): Promise<void> => {
      const writer = stream?.getWriter();
      for (const piece of pieces) await writer?.write(Buffer.from(piece));
      await writer?.close();
    };
    const printed = readAll(client.stdout);
    const [typed] = await Promise.all([readAll(session.stdin), write(client.stdin), write(session.stdout)]);
    expect(typed === said).toBe(true);
    await session.finish({ exitCode: 0 });
    expect((await printed) === said).toBe(true);
  });

  test('holds up a command whose output it does not read, and its own input that the command does not read', async () => {
    const { url, next } = await sessions();
    const node = await nodeBefore(url, { timeouts: { pausedPing: 0 } });
    const { socket, got } = rawClient(node);
    const session = await next;
    await expect.poll(() => got().length).toBeGreaterThan(0);
    socket.pause();
    const piece = Buffer.alloc(1024 * 1024);
    const writer = session.stdout?.getWriter();
    const written = Promise.all(Array.from({ length: 64 }, async () => writer?.write(piece)));
    for (let index = 0; index < 64; index += 1) socket.write(clientFrame(2, Buffer.concat([Buffer.of(0), piece])));
    await expect.poll(() => session.bufferedBytes).toBeGreaterThan(0);
    await expect.poll(() => node.sockets[0]?.writableNeedDrain).toBe(true);
    await expect.poll(() => node.sockets[0]?.isPaused()).toBe(true);
    // What the system and the two of us hold is far below what is to come.
    expect(node.sockets[0]?.writableLength).toBeLessThan(2 * 1024 * 1024);
    expect(socket.writableLength).toBeGreaterThan(16 * 1024 * 1024);
    socket.write(clientFrame(2, Buffer.of(255, 0)));
    socket.resume();
    expect((await readAll(session.stdin)).length).toBe(64 * piece.length);
    await written;
    await session.finish({ exitCode: 0 });
    await expect.poll(() => got().length).toBeGreaterThan(64 * piece.length);
    expect(got().subarray(-4)).toEqual(Buffer.of(0x88, 2, 3, 232));
  });

  test('may end its input while its command goes on, and say more on channels that nobody reads', async () => {
    const node = await nodeBefore(await runtime());
    const { socket, got } = rawClient(node, asking.replace('?', '?command=cat&'));
    const message = (channel: number, text: string, fin = true): Buffer =>
      clientFrame(2, Buffer.concat([Buffer.of(channel), Buffer.from(text)]), { fin });
    socket.write(
      Buffer.concat([
        message(0, 'one, '),
        message(7, 'nobody reads that'),
        message(0, 'two, ', false),
        clientFrame(9, 'ping'),
        clientFrame(0, 'three'),
        clientFrame(2, ''),
        clientFrame(2, Buffer.of(255, 9)),
        clientFrame(2, Buffer.of(255, 0)),
        message(0, 'after the end'),
      ]),
    );
    await expect.poll(() => got().subarray(-4)).toEqual(Buffer.of(0x88, 2, 3, 232));
    const text = got().toString('latin1');
    expect(text).toContain('one, two, three');
    expect(text).toContain('\u008a\u0004ping');
    expect(text).toContain('"status":"Success"');
    socket.write(clientFrame(8, Buffer.of(3, 232)));
    await expect.poll(() => node.sockets[0]?.closed).toBe(true);
    expect(node.failures).toEqual([]);
  });
});

describe('the end of a joined command', () => {
  test('comes to the server when the client leaves, with a close or without', async () => {
    for (const leave of [
      (socket: Socket) => void socket.write(clientFrame(8, Buffer.of(3, 232))),
      (socket: Socket) => void socket.end(),
      (socket: Socket) => void socket.resetAndDestroy(),
    ]) {
      const { url, next } = await sessions();
      const node = await nodeBefore(url);
      const { socket } = rawClient(node);
      const session = await next;
      leave(socket);
      await expect.poll(() => session.signal.aborted).toBe(true);
      await expect.poll(() => node.failures).toMatchObject([{ code: 'PeerGone' }]);
      await expect.poll(() => node.sockets[0]?.closed).toBe(true);
    }
  });

  test('is told as a failure when the server breaks off, and when it ends without an outcome', async () => {
    for (const leave of ['resetAndDestroy', 'end'] as const) {
      const { url, next } = await sessions();
      const server = await rawServer((socket) => {
        const behind = connect(Number(new URL(url).port), '127.0.0.1');
        stops.push(async () => void behind.destroy());
        behind.on('error', () => behind.destroy());
        socket.pipe(behind).pipe(socket, { end: false });
      });
      const node = await nodeBefore(server.url);
      const client = await dial(node, { query: 'command=x&output=1' });
      await next;
      server.sockets[0]?.[leave]();
      const failed = {
        reason: 'InternalError',
        failure: expect.stringContaining('Internal error occurred: ') as string,
      };
      expect(await client.outcome).toMatchObject(failed);
      await expect.poll(() => node.failures).toMatchObject([{ code: 'PeerGone' }]);
    }
  });

  test('comes when the server does not accept the streams in time', async () => {
    const clock = new FakeClock();
    const upgraded =
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n';
    const server = await rawServer((socket) => socket.once('data', () => socket.write(upgraded)));
    const node = await nodeBefore(server.url, { clock, timeouts: { creation: 1_000 } });
    const client = await dial(node, { query: 'command=x&output=1' });
    clock.advance(1_000);
    expect(await client.outcome).toMatchObject({
      failure: expect.stringContaining('did not accept its streams') as string,
    });
    await expect.poll(() => node.failures).toMatchObject([{ code: 'CreationTimeout' }]);
    await expect.poll(() => clock.pending).toBe(0);
  });

  test('comes with the signal, which the client is told; one that does not fetch it has no longer than the time to linger', async () => {
    const clock = new FakeClock();
    const stopping = new AbortController();
    const { url, next } = await sessions();
    const node = await nodeBefore(url, { clock, signal: stopping.signal, timeouts: { linger: 500, pausedPing: 0 } });
    const { socket, got } = rawClient(node);
    const session = await next;
    await expect.poll(() => got().length).toBeGreaterThan(0);
    socket.pause();
    const writing = session.stdout?.getWriter().write(Buffer.alloc(32 * 1024 * 1024));
    const cutOff = writing?.catch((error: unknown) => error);
    await expect.poll(() => node.sockets[0]?.writableNeedDrain).toBe(true);
    const told = await dial(node, { query: 'command=x&output=1' });
    const reason = new Error('the node stops');
    stopping.abort(reason);
    expect(await told.outcome).toMatchObject({ failure: 'Internal error occurred: the node stops' });
    expect(await cutOff).toMatchObject({ code: 'PeerGone' });
    clock.advance(499);
    expect(node.sockets[0]?.closed).toBe(false);
    clock.advance(1);
    await expect.poll(() => node.sockets[0]?.closed).toBe(true);
    await expect.poll(() => node.failures).toEqual([reason, reason]);
  });

  test('comes when the client breaks the protocol, which it is told', async () => {
    const { url, next } = await sessions();
    const node = await nodeBefore(url);
    const { socket, got } = rawClient(node);
    const session = await next;
    socket.write(clientFrame(2, Buffer.of(255, 0, 0)));
    await expect.poll(() => got().subarray(-4)).toEqual(Buffer.of(0x88, 2, 3, 234));
    await expect.poll(() => session.signal.aborted).toBe(true);
    await expect.poll(() => node.failures).toMatchObject([{ code: 'ProtocolError' }]);
  });
});

describe('a client of WebSocket that cannot be joined', () => {
  test.each([
    ['a POST', asking.replace('GET', 'POST'), 405],
    ['a version that is not 13', asking.replace('Version: 13', 'Version: 8'), 400],
    ['a key that is none', asking.replace('AAAA==', 'A'), 400],
    ['no key', asking.replace(/Sec-WebSocket-Key.*\r\n/, ''), 400],
  ])('because of %s is answered, and nobody is dialled', async (_what, request, status) => {
    const server = await rawServer(() => undefined);
    const node = await nodeBefore(server.url);
    const { got } = rawClient(node, request);
    await expect.poll(() => got().toString('latin1')).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(server.sockets).toEqual([]);
    expect(node.failures).toMatchObject([{ code: 'UpgradeRefused', httpStatus: status }]);
  });

  test('because the server refuses is told that, before its connection is a WebSocket', async () => {
    const server = await rawServer((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 404 Not Found\r\n\r\n')),
    );
    const node = await nodeBefore(server.url);
    await expect(dial(node, { query: 'command=x&output=1' })).rejects.toMatchObject({ httpStatus: 404 });
  });
});

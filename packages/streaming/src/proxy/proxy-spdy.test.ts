import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { dialPortForward } from '../port-forward/dial-port-forward.ts';
import { dialRemoteCommand } from '../remote-command/dial-remote-command.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { forwardMany } from '../testing/forward-many.ts';
import { startRawServer, type RawServer } from '../testing/raw-server.ts';
import { readAll } from '../testing/read-all.ts';
import { startStreamingRuntime } from '../testing/streaming-runtime.ts';
import { startStreamingServer, type StreamingServer } from '../testing/streaming-server.ts';
import { proxySpdy } from './proxy-spdy.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A node whose streams are all served at `url`. */
async function nodeBefore(url: string, options: StreamingOptions = {}): Promise<StreamingServer> {
  const node = await startStreamingServer((request, socket, head) =>
    proxySpdy(request, socket, head, { ...options, url: new URL(request.url ?? '', url) }),
  );
  stops.push(() => node.stop());
  return node;
}

async function runtime(): Promise<StreamingServer & { readonly url: string }> {
  const server = await startStreamingRuntime();
  stops.push(() => server.stop());
  return server;
}

async function rawServer(serve: (socket: Socket) => void): Promise<RawServer> {
  const server = await startRawServer(serve);
  stops.push(() => server.stop());
  return server;
}

const upgraded =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n';
const asking =
  'POST /exec HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nContent-Length: 0\r\n\r\n';

/** A client that has sent its request and nothing else. */
function rawClient({ port }: StreamingServer, request = asking): Socket {
  const client = connect(port, '127.0.0.1');
  client.on('error', () => client.destroy());
  client.write(request);
  stops.unshift(async () => void client.destroy());
  return client;
}

async function answerTo(client: Socket): Promise<string> {
  const [bytes] = (await once(client, 'data')) as [Buffer];
  return bytes.toString('latin1');
}

describe('a client of SPDY that is joined to a streaming server', () => {
  test('has its command, its input up to its end, and the exit code', async () => {
    const node = await nodeBefore((await runtime()).url);
    const client = await dialRemoteCommand({
      target: { url: `http://127.0.0.1:${node.port}/exec?command=cat&input=1&output=1&error=1` },
      transport: 'spdy',
      stdin: true,
      stdout: true,
      stderr: true,
      tty: false,
    });
    const writer = client.stdin?.getWriter();
    await writer?.write(Buffer.from('typed'));
    await writer?.close();
    expect(await readAll(client.stdout)).toBe('typed');
    expect(await client.outcome).toEqual({ exitCode: 0 });
    expect(node.failures).toEqual([]);
  });

  test('has a command that fails tell how, and the sizes of its terminal arrive', async () => {
    const node = await nodeBefore((await runtime()).url);
    const target = (query: string) => ({ url: `http://127.0.0.1:${node.port}/exec?${query}` });
    const failing = await dialRemoteCommand({
      target: target('command=exit&command=7&output=1&error=1'),
      transport: 'spdy',
      stdin: false,
      stdout: true,
      stderr: true,
      tty: false,
    });
    expect(await readAll(failing.stderr)).toBe('bye\n');
    expect(await failing.outcome).toEqual({ exitCode: 7 });
    const terminal = await dialRemoteCommand({
      target: target('command=sizes&command=1&output=1&tty=1'),
      transport: 'spdy',
      stdin: false,
      stdout: true,
      stderr: false,
      tty: true,
    });
    terminal.resize({ width: 80, height: 24 });
    expect(await readAll(terminal.stdout)).toBe('80x24\n');
    expect(await terminal.outcome).toEqual({ exitCode: 0 });
  });

  test('has all connections of a port-forward over one connection to the server', async () => {
    const server = await runtime();
    const node = await nodeBefore(server.url);
    const client = await dialPortForward({
      target: { url: `http://127.0.0.1:${node.port}/forward` },
      transport: 'spdy',
    });
    const { said, heard } = await forwardMany(client);
    expect(heard).toEqual(said);
    expect(server.sockets).toHaveLength(1);
    await client.close();
  });

  test('gets every byte as it was said, in pieces of any size, however slowly it reads, and holds the server up meanwhile', async () => {
    const pieces = Array.from({ length: 400 }, (_, index) => randomBytes(1 + ((index * 7_919) % 150_000)));
    const said = Buffer.concat(pieces);
    const { url, sockets } = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write(upgraded);
        for (const piece of pieces) socket.write(piece);
        socket.end();
      });
    });
    const node = await nodeBefore(url);
    const client = rawClient(node);
    client.pause();
    await once(client, 'readable');
    // What the system and the two of us may hold is far below what is to come: the rest is still with the server.
    await expect.poll(() => sockets[0]?.writableLength ?? 0).toBeGreaterThan(said.length / 4);
    const got: Buffer[] = [];
    let turns = 0;
    for await (const chunk of client) {
      got.push(chunk as Buffer);
      if (++turns % 10 === 0) await new Promise(setImmediate);
    }
    const bytes = Buffer.concat(got);
    const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
    expect(body.length).toBe(said.length);
    expect(createHash('sha256').update(body).digest('hex')).toBe(createHash('sha256').update(said).digest('hex'));
  });

  test('has what it said before the answer handed over, and what came with the answer', async () => {
    const heard: Buffer[] = [];
    const { url } = await rawServer((socket) => {
      socket.on('data', (bytes: Buffer) => {
        heard.push(bytes);
        if (heard.length === 1) socket.write(`${upgraded}early`);
      });
    });
    const client = rawClient(await nodeBefore(url), `${asking}first`);
    let got = '';
    client.on('data', (bytes: Buffer) => (got += bytes.toString('latin1')));
    await expect.poll(() => got.endsWith('\r\n\r\nearly')).toBe(true);
    await expect.poll(() => Buffer.concat(heard).toString().endsWith('first')).toBe(true);
    expect(got).toMatch(/^HTTP\/1\.1 101 .*X-Stream-Protocol-Version: v4\.channel\.k8s\.io/s);
  });

  test('is the only thing that is passed on: its other headers are not', async () => {
    let heard = '';
    const { url } = await rawServer((socket) => {
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString('latin1');
        socket.write(upgraded);
      });
    });
    const request = asking.replace('Host: node', 'Host: node\r\nAuthorization: Bearer secret\r\nCookie: a=b');
    await answerTo(rawClient(await nodeBefore(url), request));
    expect(heard).toMatch(/^POST \/exec HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
    expect(heard).toContain('X-Stream-Protocol-Version: v4.channel.k8s.io');
    expect(heard).not.toMatch(/secret|Cookie/);
  });
});

describe('a client of SPDY that cannot be joined', () => {
  test.each([
    ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 404, 'the server answered 404'],
    ['HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n', 502, 'the server answered 302'],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n', 502, 'upgraded to websocket'],
    ['SSH-2.0-OpenSSH\r\n\r\n', 502, 'did not answer in HTTP/1.1'],
    [`HTTP/1.1 101 OK\r\nX: ${'x'.repeat(20_000)}`, 502, 'longer than 16384 bytes'],
    ['', 502, 'closed the connection'],
  ])('because of the answer %j is told %i', async (answer, status, message) => {
    const { url } = await rawServer((socket) => {
      socket.once('data', () => (answer === '' ? socket.destroy() : socket.write(answer)));
    });
    const node = await nodeBefore(url);
    const said = await answerTo(rawClient(node));
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(said).toContain(message);
    expect(node.failures).toMatchObject([{ code: 'UpgradeRefused', httpStatus: status }]);
  });

  test('because nobody listens is told 502', async () => {
    const { url, sockets } = await rawServer((socket) => socket.destroy());
    const closed = new URL(url);
    await stops.pop()?.();
    expect(sockets).toEqual([]);
    const node = await nodeBefore(closed.href);
    expect(await answerTo(rawClient(node))).toMatch(/^HTTP\/1\.1 502 .*cannot connect/s);
  });

  test('because it names no protocol is told 400, and nobody is dialled', async () => {
    const { url, sockets } = await rawServer(() => undefined);
    const node = await nodeBefore(url);
    const request = asking.replace('X-Stream-Protocol-Version: v4.channel.k8s.io\r\n', '');
    expect(await answerTo(rawClient(node, request))).toMatch(/^HTTP\/1\.1 400 /);
    expect(sockets).toEqual([]);
  });

  test('because the server does not answer in time is told 502', async () => {
    const clock = new FakeClock();
    const { url, sockets } = await rawServer((socket) => socket.on('end', () => socket.end()).resume());
    const node = await nodeBefore(url, { clock, timeouts: { creation: 1_000 } });
    const answer = answerTo(rawClient(node));
    await expect.poll(() => sockets.length).toBe(1);
    clock.advance(1_000);
    expect(await answer).toMatch(/^HTTP\/1\.1 502 .*did not answer within 1000 ms/s);
    await expect.poll(() => sockets[0]?.closed).toBe(true);
  });
});

describe('the end of a joined stream', () => {
  /** A server that has answered and says nothing more by itself. */
  async function quiet(options: StreamingOptions = {}): Promise<{
    readonly node: StreamingServer;
    readonly client: Socket;
    readonly server: Socket;
  }> {
    const { url, sockets } = await rawServer((socket) => {
      socket.once('data', () => socket.write(upgraded));
    });
    const node = await nodeBefore(url, options);
    const client = rawClient(node);
    await answerTo(client);
    const [server] = sockets;
    if (server === undefined) throw new Error('nobody was dialled');
    return { node, client, server };
  }

  test('comes to the server when the connection of the client is closed before they are joined', async () => {
    const { url, sockets } = await rawServer((socket) => socket.on('end', () => socket.end()).resume());
    const node = await nodeBefore(url);
    rawClient(node);
    await expect.poll(() => sockets.length).toBe(1);
    node.sockets[0]?.destroy();
    await expect.poll(() => sockets[0]?.closed).toBe(true);
    await expect.poll(() => node.failures).toMatchObject([{ code: 'Closed' }]);
  });

  test('comes to the server when the client is broken off, and to the client when the server is', async () => {
    const first = await quiet();
    first.client.resetAndDestroy();
    await expect.poll(() => first.server.readableEnded).toBe(true);
    await expect.poll(() => first.node.failures).toMatchObject([{ code: 'PeerGone' }]);
    const second = await quiet();
    second.server.resetAndDestroy();
    await expect.poll(() => second.client.closed).toBe(true);
    await expect.poll(() => second.node.failures).toMatchObject([{ code: 'PeerGone' }]);
  });

  test('is no failure when both end', async () => {
    const { node, client, server } = await quiet();
    server.on('end', () => server.end()).resume();
    client.end();
    await expect.poll(() => server.closed).toBe(true);
    await expect.poll(() => client.closed).toBe(true);
    expect(node.failures).toEqual([]);
  });

  test('is waited for no longer than the time to linger, after one side has ended', async () => {
    const clock = new FakeClock();
    const { node, client, server } = await quiet({ clock, timeouts: { linger: 500 } });
    server.resume();
    const before = clock.pending;
    client.end();
    await expect.poll(() => clock.pending).toBe(before + 1);
    clock.advance(499);
    expect(client.closed).toBe(false);
    clock.advance(1);
    await expect.poll(() => client.closed).toBe(true);
    await expect.poll(() => node.failures).toMatchObject([{ code: 'PeerGone' }]);
  });

  test('is not the end of what was said: a client that reads slowly has all of it, after more than the time to linger', async () => {
    const clock = new FakeClock();
    const said = randomBytes(8 * 1024 * 1024);
    const { url, sockets } = await rawServer((socket) => {
      socket.once('data', () => socket.write(upgraded));
    });
    const node = await nodeBefore(url, { clock, timeouts: { linger: 500, pausedPing: 0 } });
    const client = rawClient(node);
    await answerTo(client);
    client.pause();
    sockets[0]?.end(said);
    await expect.poll(() => node.sockets[0]?.writableNeedDrain).toBe(true);
    clock.advance(10_000);
    const got = await buffer(client);
    expect(got.equals(said)).toBe(true);
    await expect.poll(() => node.sockets[0]?.closed).toBe(true);
    expect(node.failures).toEqual([]);
  });

  test('comes when nothing is sent either way for the idle time, and no earlier', async () => {
    const clock = new FakeClock();
    const { node, client, server } = await quiet({ clock, timeouts: { idle: 1_000 } });
    const heard = once(server, 'data');
    clock.advance(900);
    client.write('still here');
    await heard;
    clock.advance(900);
    const said = once(client, 'data');
    server.write('so am I');
    await said;
    clock.advance(900);
    expect(client.closed).toBe(false);
    clock.advance(100);
    await expect.poll(() => client.closed).toBe(true);
    await expect.poll(() => node.failures).toMatchObject([{ code: 'IdleTimeout' }]);
    expect(clock.pending).toBe(0);
  });

  test('comes at once with the signal, with its reason', async () => {
    const stopping = new AbortController();
    const { node, client, server } = await quiet({ signal: stopping.signal });
    const reason = new Error('the node stops');
    stopping.abort(reason);
    await expect.poll(() => client.closed && server.readableEnded).toBe(true);
    await expect.poll(() => node.failures).toEqual([reason]);
  });
});

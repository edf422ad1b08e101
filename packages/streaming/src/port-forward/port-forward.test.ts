import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { joinDuplex } from '../bytes/join-duplex.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { HeaderDeflater } from '../spdy/header-compression.ts';
import { resetStatus } from '../spdy/frame-types.ts';
import { rstStreamFrame, synStreamFrame } from '../spdy/write-frames.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { readAll, writeText } from '../testing/read-all.ts';
import { afterHead, readRecording, saidByClient } from '../testing/recordings.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import type { StreamingServer } from '../testing/streaming-server.ts';
import { until } from '../testing/until.ts';
import { acceptPortForward } from './accept-port-forward.ts';
import type { PortForwardSession } from './accept-port-forward.ts';
import { dialPortForward } from './dial-port-forward.ts';
import { readPortForwardQuery } from './forward-ports.ts';
import type { ForwardConnection, ForwardedConnection } from './forwarded-connection.ts';
import type { PortForwardClient } from './port-forward-client.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface World extends StreamingServer {
  readonly sessions: PortForwardSession[];
  readonly dial: (transport: PortForwardClient['transport'], ports: readonly number[]) => Promise<PortForwardClient>;
}

async function world(forward: ForwardConnection, options: StreamingOptions = {}): Promise<World> {
  const sessions: PortForwardSession[] = [];
  const server = await startStreamingServer(async (request, socket, head) => {
    const ports = readPortForwardQuery(new URL(request.url ?? '', 'http://node').searchParams);
    sessions.push(await acceptPortForward(request, socket, head, { ...options, ports, forward }));
  });
  stops.push(() => server.stop());
  const dial: World['dial'] = async (transport, ports) => {
    const query = ports.map((port) => `port=${port}`).join('&');
    const client = await dialPortForward({
      target: { url: `http://127.0.0.1:${server.port}/portForward/ns/pod?${query}` },
      transport,
      ports,
    });
    stops.unshift(() => client.close());
    return client;
  };
  return { ...server, sessions, dial };
}

/** Answers with the port and what it got first. */
const answer: ForwardConnection = async ({ port, stream }) => {
  const reader = stream.readable.getReader();
  const { value } = await reader.read();
  await writeText(stream.writable, `${port} got ${Buffer.from(value ?? []).toString('latin1')}`);
};

const echo: ForwardConnection = async ({ stream }) => {
  await writeText(stream.writable, await readAll(stream.readable));
};

async function first(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return Buffer.from(value ?? []).toString('latin1');
}

const transports = ['spdy', 'tunnel', 'websocket'] as const;
const streamed = ['spdy', 'tunnel'] as const;

describe.each(transports)('port-forward over %s', (transport) => {
  test('serves each port by itself', async () => {
    const { dial, sessions } = await world(answer);
    const client = await dial(transport, [80, 443]);
    const [http, https] = [await client.open(80), await client.open(443)];
    await writeText(https.stream.writable, 'second');
    await writeText(http.stream.writable, 'first');
    expect(await first(http.stream.readable)).toBe('80 got first');
    expect(await first(https.stream.readable)).toBe('443 got second');
    expect(sessions[0]?.transport).toBe(transport);
  });

  test('tells the client why a port could not be served', async () => {
    const { dial } = await world(() => Promise.reject(new Error('nobody listens')));
    const client = await dial(transport, [8080]);
    const connection = await client.open(8080);
    expect(await connection.failure).toBe('error forwarding port 8080: nobody listens');
  });

  test('aborts the connections at once when the client goes away', async () => {
    const seen: ForwardedConnection[] = [];
    const { dial, sessions } = await world(async (connection) => {
      seen.push(connection);
      await once(connection.signal, 'abort');
    });
    const client = await dial(transport, [1000]);
    await client.open(1000);
    await until(() => seen.length === 1);
    void client.close();
    await until(() => seen[0]?.signal.aborted === true);
    await sessions[0]?.closed;
    expect(sessions[0]?.signal.reason).toMatchObject({ code: 'PeerGone' });
  });

  test('a pod that does not read stops the client, and memory stays flat', async () => {
    const seen: ForwardedConnection[] = [];
    const { dial, sessions } = await world(async (connection) => {
      seen.push(connection);
      await once(connection.signal, 'abort');
    });
    const client = await dial(transport, [1000]);
    const { stream } = await client.open(1000);
    const writer = stream.writable.getWriter();
    let most = 1_000_000_000;
    let written = 0;
    const write = async (): Promise<void> => {
      while (written < most) {
        await writer.write(Buffer.alloc(64 * 1024));
        written += 64 * 1024;
      }
    };
    const writing = write();
    await until(() => (sessions[0]?.bufferedBytes ?? 0) >= 256 * 1024 && client.bufferedBytes >= 16 * 1024);
    expect(sessions[0]?.bufferedBytes).toBeLessThan(768 * 1024);
    expect(client.bufferedBytes).toBeLessThan(512 * 1024);
    most = 0;
    await seen[0]?.stream.readable.cancel();
    await writing;
  });
});

describe.each(streamed)('connections of port-forward over %s', (transport) => {
  test('each way is ended by itself', async () => {
    const { dial } = await world(echo);
    const { stream, failure } = await (await dial(transport, [])).open(80);
    await writeText(stream.writable, 'there and back');
    await stream.writable.close();
    expect(await readAll(stream.readable)).toBe('there and back');
    expect(await failure).toBeUndefined();
  });

  test('come and go by the hundred on one session', async () => {
    const { dial } = await world(echo);
    const client = await dial(transport, []);
    const texts = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const { stream } = await client.open(1 + index);
        await writeText(stream.writable, String(index));
        await stream.writable.close();
        return readAll(stream.readable);
      }),
    );
    expect(texts).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  });

  test('that the client breaks off leave the others alone', async () => {
    const seen: ForwardedConnection[] = [];
    const { dial } = await world(async (connection) => {
      seen.push(connection);
      await (connection.port === 1 ? once(connection.signal, 'abort') : echo(connection));
    });
    const client = await dial(transport, []);
    const [broken, whole] = [await client.open(1), await client.open(2)];
    broken.close();
    await until(() => seen.some(({ port, signal }) => port === 1 && signal.aborted));
    await writeText(whole.stream.writable, 'fine');
    await whole.stream.writable.close();
    expect(await readAll(whole.stream.readable)).toBe('fine');
    expect(await broken.failure).toBeUndefined();
  });

  test('CVE-2023-44487: are served no more than half as many at a time as there may be streams, with those that were reset and still run', async () => {
    const { dial } = await world(({ signal }) => once(signal, 'abort').then(() => new Promise(() => undefined)), {
      limits: { streams: 4 },
    });
    const client = await dial(transport, []);
    for (const port of [1, 2]) {
      (await client.open(port)).close();
    }
    const { failure } = await client.open(3);
    expect(await failure).toBe('error forwarding port 3: too many connections');
  });

  test('reach a socket and back, with both of its ends', async () => {
    const target = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const { port } = target.address() as AddressInfo;
    const { dial } = await world(async ({ stream, signal }) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      await once(socket, 'connect');
      await joinDuplex(stream, socket, signal);
    });
    const { stream } = await (await dial(transport, [])).open(port);
    const text = 'x'.repeat(3_000_000);
    const read = readAll(stream.readable);
    await writeText(stream.writable, text);
    await stream.writable.close();
    expect((await read) === text).toBe(true);
    target.close();
    await once(target, 'close');
  });
});

describe('streams of port-forward over SPDY', () => {
  /** Opens streams by hand and gives back what the server says, as it comes. */
  async function byHand(
    port: number,
    streams: readonly (readonly [number, Record<string, string>])[],
  ): Promise<{
    said: () => string;
    open: (id: number, headers: Record<string, string>) => void;
    reset: (id: number) => void;
    end: () => void;
  }> {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /portForward/ns/pod HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n',
    );
    const deflater = new HeaderDeflater();
    let said = '';
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    await until(() => said.includes('\r\n\r\n'));
    const open = (id: number, headers: Record<string, string>): void => {
      socket.write(synStreamFrame(id, deflater.deflate(new Map(Object.entries(headers))), false));
    };
    for (const [id, headers] of streams) open(id, headers);
    stops.unshift(async () => {
      socket.destroy();
      await Promise.resolve();
    });
    const reset = (id: number): void => void socket.write(rstStreamFrame(id, resetStatus.cancel));
    return { said: () => said, open, reset, end: () => socket.destroy() };
  }

  test('belong together by their numbers where an old client gives no requestID', async () => {
    const ports: number[] = [];
    const { port } = await world(async ({ port: wanted }) => {
      ports.push(wanted);
      await Promise.resolve();
    });
    await byHand(port, [
      [1, { streamtype: 'error', port: '80' }],
      [3, { streamtype: 'data', port: '80' }],
      [5, { streamtype: 'error', port: '81' }],
      [7, { streamtype: 'data', port: '81' }],
    ]);
    await until(() => ports.length === 2);
    expect(ports).toEqual([80, 81]);
  });

  test('of which one does not come are given up after the creation time, with a word on the error stream', async () => {
    const clock = new FakeClock();
    const { port } = await world(answer, { clock });
    const { said } = await byHand(port, [
      [1, { streamtype: 'error', port: '80', requestid: '0' }],
      [3, { streamtype: 'data', port: '80', requestid: '1' }],
    ]);
    await until(() => clock.pending === 3);
    clock.advance(30_000);
    await until(() => said().includes('timed out waiting for streams'));
    expect(clock.pending).toBe(1);
  });

  test('of which the client resets the only one that came are forgotten at once', async () => {
    const clock = new FakeClock();
    const { port } = await world(answer, { clock });
    const { reset } = await byHand(port, [
      [1, { streamtype: 'error', port: '80', requestid: '0' }],
      [3, { streamtype: 'data', port: '80', requestid: '1' }],
    ]);
    await until(() => clock.pending === 3);
    reset(1);
    reset(3);
    await until(() => clock.pending < 2);
    expect(clock.pending).toBe(1);
  });

  test('CVE-2023-44487: that are opened and reset at once a thousand times are never many at a time, and leave nothing', async () => {
    const clock = new FakeClock();
    let [running, most, served] = [0, 0, 0];
    const { port, sessions } = await world(
      async ({ signal }) => {
        served += 1;
        running += 1;
        most = Math.max(most, running);
        if (!signal.aborted) await once(signal, 'abort');
        running -= 1;
      },
      { clock, limits: { streams: 16 } },
    );
    const { said, open, reset } = await byHand(port, []);
    for (let id = 1; id < 4_000; id += 4) {
      open(id, { streamtype: 'error', port: '80', requestid: String(id) });
      open(id + 2, { streamtype: 'data', port: '80', requestid: String(id) });
      reset(id);
      reset(id + 2);
    }
    open(4_001, { streamtype: 'error', port: '80', requestid: 'last' });
    open(4_003, { streamtype: 'data', port: '80', requestid: 'last' });
    reset(4_003);
    // The reply to the last one, 4001.
    await until(() => said().includes('\x00\x00\x0F\xA1'));
    await until(() => running === 0 && clock.pending === 1);
    expect(served).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(8);
    expect(sessions[0]?.signal.aborted).toBe(false);
    expect(sessions[0]?.bufferedBytes).toBe(0);
  });

  test.each([
    ['no port', { streamtype: 'data' }],
    ['port 0', { streamtype: 'data', port: '0' }],
    ['a port above 65535', { streamtype: 'data', port: '65536' }],
    ['no number for a port', { streamtype: 'data', port: '80; rm' }],
    ['an unknown type', { streamtype: 'stdin', port: '80' }],
  ])('with %s are reset', async (_name, headers) => {
    const { port } = await world(answer);
    const { said } = await byHand(port, [[1, headers]]);
    await until(() => said().includes('\x80\x03\x00\x03'));
    expect(said()).toContain('\x80\x03\x00\x03\x00\x00\x00\x08\x00\x00\x00\x01\x00\x00\x00\x01');
  });
});

describe('what client-go says to forward a port', () => {
  test('is served over SPDY and in the tunnel: an HTTP request, as it was recorded', async () => {
    const page = 'HTTP/1.0 200 OK\r\n\r\npage /recorded';
    for (const name of ['port-forward-spdy', 'port-forward-tunnel']) {
      const requests: string[] = [];
      const { port } = await world(async ({ stream }) => {
        requests.push(await first(stream.readable));
        await writeText(stream.writable, page);
      });
      const socket = connect(port, '127.0.0.1');
      let said = '';
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1');
      });
      socket.write(saidByClient(readRecording(name), 'page /recorded'));
      await until(() => said.includes('page /recorded'));
      expect(requests).toEqual(['GET /recorded HTTP/1.0\r\n\r\n']);
      socket.destroy();
    }
    expect(afterHead(readRecording('port-forward-spdy'), 'server').toString('latin1')).toContain('page /recorded');
  });
});

describe('the older form of port-forward', () => {
  test('needs ports, and is refused with 400 without them', async () => {
    const { dial } = await world(answer);
    await expect(dial('websocket', [])).rejects.toMatchObject({ name: 'UpgradeRefused', httpStatus: 400 });
  });

  test('serves clients that name base64, or no protocol', async () => {
    for (const protocol of ['v4.base64.channel.k8s.io', ''] as const) {
      const { port } = await world(answer);
      const client = await dialPortForward({
        target: { url: `http://127.0.0.1:${port}/?port=300` },
        transport: 'websocket',
        ports: [300],
        protocol,
      });
      const { stream } = await client.open(300);
      await writeText(stream.writable, 'hi');
      expect(await first(stream.readable)).toBe('300 got hi');
      await client.close();
    }
  });

  test('reads ports as the kubelet does', () => {
    const read = (text: string): number[] => readPortForwardQuery(new URLSearchParams(text));
    expect(read('port=80&port=443,8080')).toEqual([80, 443, 8080]);
    expect(read('')).toEqual([]);
    for (const text of ['port=', 'port=0', 'port=65536', 'port=-1', 'port=http', 'port=80,']) {
      expect(() => read(text)).toThrow('as a port');
    }
    expect(() => read(`port=${Array.from({ length: 200 }, () => '80').join(',')}`)).toThrow('200 ports');
  });
});

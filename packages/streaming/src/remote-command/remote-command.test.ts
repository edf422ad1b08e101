import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { readAll, writeText } from '../testing/read-all.ts';
import { runCommand } from '../testing/run-command.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import type { StreamingServer } from '../testing/streaming-server.ts';
import { until } from '../testing/until.ts';
import { acceptRemoteCommand } from './accept-remote-command.ts';
import type { RemoteCommandClient } from './command-client.ts';
import { dialRemoteCommand } from './dial-remote-command.ts';
import type { DialRemoteCommandOptions } from './dial-remote-command.ts';
import { spdyCommandProtocols, webSocketCommandProtocols } from './protocols.ts';
import { readRemoteCommandQuery } from './remote-command-query.ts';
import type { StreamSession } from './stream-session.ts';

interface World extends StreamingServer {
  readonly sessions: StreamSession[];
  readonly dial: (
    command: readonly string[],
    options: Partial<DialRemoteCommandOptions>,
  ) => Promise<RemoteCommandClient>;
}

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const defaults = { stdin: false, stdout: true, stderr: true, tty: false } as const;

/** A server that runs the commands of tests; with `hold` it leaves the sessions to the test. */
async function world(options: StreamingOptions & { readonly hold?: boolean } = {}): Promise<World> {
  const sessions: StreamSession[] = [];
  const server = await startStreamingServer(async (request, socket, head) => {
    const { command, ...streams } = readRemoteCommandQuery(new URL(request.url ?? '', 'http://node').searchParams);
    const session = await acceptRemoteCommand(request, socket, head, { ...options, ...streams });
    sessions.push(session);
    if (options.hold !== true) {
      await session.finish(await runCommand(command, session));
    }
  });
  stops.push(() => server.stop());
  const dial: World['dial'] = async (command, wanted) => {
    const streams = { ...defaults, ...wanted };
    const query = new URLSearchParams(command.map((part): [string, string] => ['command', part]));
    for (const [parameter, asked] of Object.entries({
      input: streams.stdin,
      output: streams.stdout,
      error: streams.stderr,
      tty: streams.tty,
    })) {
      if (asked) {
        query.set(parameter, '1');
      }
    }
    const target = { url: `http://127.0.0.1:${server.port}/exec?${query.toString()}` };
    const client = await dialRemoteCommand({ transport: 'spdy', target, ...streams });
    stops.unshift(() => client.close());
    return client;
  };
  return { ...server, sessions, dial };
}

const every = [
  ...spdyCommandProtocols.map((protocol) => ({ transport: 'spdy' as const, protocol })),
  ...webSocketCommandProtocols.map((protocol) => ({ transport: 'websocket' as const, protocol })),
];
const status = every.filter(({ protocol }) => /^v[45]/.test(protocol));
const ends = every.filter(({ transport, protocol }) => transport === 'spdy' || protocol === 'v5.channel.k8s.io');
const resizes = every.filter(({ transport, protocol }) => transport === 'websocket' || /^v[345]/.test(protocol));

describe.each(every)('a remote command over $transport with protocol "$protocol"', ({ transport, protocol }) => {
  test('has its output and its errors on their own streams, and ends', async () => {
    const { dial } = await world();
    const client = await dial(['echo', 'hello', 'world'], { transport, protocols: [protocol] });
    expect(client.protocol).toBe(protocol);
    expect(await readAll(client.stdout)).toBe('hello world\n');
    expect(await readAll(client.stderr)).toBe('');
    expect(await client.outcome).toEqual({ exitCode: 0 });
    expect(client.signal.aborted).toBe(false);
  });

  test('takes input', async () => {
    const { dial, sessions } = await world({ hold: true });
    const client = await dial([], { transport, protocols: [protocol], stdin: true });
    await writeText(client.stdin, 'typed\0\xff');
    await until(() => sessions.length === 1);
    const first = await sessions[0]?.stdin?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString('latin1')).toBe('typed\0\xff');
    await sessions[0]?.finish({ exitCode: 0 });
  });

  test('tells the server at once that the client has gone', async () => {
    const { dial, sessions } = await world({ hold: true });
    const client = await dial([], { transport, protocols: [protocol], stdin: true });
    await until(() => sessions.length === 1);
    void client.close();
    await until(() => sessions[0]?.signal.aborted === true);
    expect(sessions[0]?.signal.reason).toMatchObject({ name: 'StreamingError', code: 'PeerGone' });
    await sessions[0]?.finish({ exitCode: 1 });
    await expect(sessions[0]?.stdout?.getWriter().write(Buffer.from('x'))).rejects.toMatchObject({
      name: 'StreamingError',
    });
  });

  test('says text, or a Status, for a command that failed', async () => {
    const { dial } = await world();
    const client = await dial(['fail', 'no such container'], { transport, protocols: [protocol] });
    expect(await client.outcome).toMatchObject({ failure: 'no such container' });
  });
});

describe.each(status)('the Status over $transport with protocol "$protocol"', ({ transport, protocol }) => {
  test.each([0, 1, 3, 127, 130, 255])('tells the exit code %i', async (code) => {
    const { dial } = await world();
    const client = await dial(['exit', String(code)], { transport, protocols: [protocol] });
    expect(await readAll(client.stderr)).toBe('bye\n');
    expect(await client.outcome).toEqual({ exitCode: code });
  });

  test('tells the reason and the code of a failure', async () => {
    const { dial } = await world();
    const client = await dial(['fail', 'gone'], { transport, protocols: [protocol] });
    expect(await client.outcome).toEqual({ failure: 'gone', reason: 'NotFound', httpStatus: 404 });
  });
});

describe.each(ends)('the end of input over $transport with protocol "$protocol"', ({ transport, protocol }) => {
  test('ends the input alone: output still comes', async () => {
    const { dial } = await world();
    const client = await dial(['cat'], { transport, protocols: [protocol], stdin: true });
    await writeText(client.stdin, 'one ');
    await writeText(client.stdin, 'two');
    await client.stdin?.close();
    expect(await readAll(client.stdout)).toBe('one two');
    expect(await client.outcome).toEqual({ exitCode: 0 });
  });
});

describe.each(resizes)('the terminal over $transport with protocol "$protocol"', ({ transport, protocol }) => {
  test('tells each change of its size once, and has no stderr', async () => {
    const { dial, sessions } = await world();
    const client = await dial(['sizes', '3'], { transport, protocols: [protocol], tty: true });
    expect(client.stderr).toBeUndefined();
    for (const size of [
      { width: 80, height: 24 },
      { width: 80, height: 24 },
      { width: 100, height: 30 },
      { width: 80, height: 24 },
    ]) {
      client.resize(size);
    }
    expect(await readAll(client.stdout)).toBe('80x24\n100x30\n80x24\n');
    expect(sessions[0]?.stderr).toBeUndefined();
  });
});

describe('flow control of a remote command', () => {
  test.each(['spdy', 'websocket'] as const)(
    'a client that does not read stops the command, and memory stays flat, over %s',
    async (transport) => {
      const { dial, sessions } = await world({ hold: true });
      const client = await dial([], { transport });
      await until(() => sessions.length === 1);
      const [session] = sessions;
      const writer = session?.stdout?.getWriter();
      let written = 0;
      let most = 1_000_000_000;
      const write = async (): Promise<void> => {
        while (written < most) {
          await writer?.write(Buffer.alloc(64 * 1024));
          written += 64 * 1024;
        }
      };
      const writing = write();
      await until(() => client.bufferedBytes >= 256 * 1024 && (session?.bufferedBytes ?? 0) >= 64 * 1024);
      expect(client.bufferedBytes).toBeLessThan(512 * 1024);
      expect(session?.bufferedBytes).toBeLessThan(256 * 1024);
      expect(written).toBeLessThan(most);
      most = 0;
      await client.stdout?.cancel();
      await writing;
      await session?.finish({ exitCode: 0 });
      expect(await client.outcome).toEqual({ exitCode: 0 });
    },
  );

  test.each(['spdy', 'websocket'] as const)(
    'a command that does not read stops the client, and memory stays flat, over %s',
    async (transport) => {
      const { dial, sessions } = await world({ hold: true });
      const client = await dial([], { transport, stdin: true });
      await until(() => sessions.length === 1);
      const [session] = sessions;
      const writer = client.stdin?.getWriter();
      let most = 1_000_000_000;
      let written = 0;
      const write = async (): Promise<void> => {
        while (written < most) {
          await writer?.write(Buffer.alloc(64 * 1024));
          written += 64 * 1024;
        }
      };
      const writing = write();
      await until(() => (session?.bufferedBytes ?? 0) >= 256 * 1024 && client.bufferedBytes >= 64 * 1024);
      expect(session?.bufferedBytes).toBeLessThan(512 * 1024);
      expect(client.bufferedBytes).toBeLessThan(256 * 1024);
      most = 0;
      await session?.stdin?.cancel();
      await writing;
      await session?.finish({ exitCode: 0 });
      expect(await client.outcome).toEqual({ exitCode: 0 });
    },
  );

  test.each(['spdy', 'websocket'] as const)(
    'what was written without waiting is all sent before the outcome, over %s',
    async (transport) => {
      const { dial, sessions } = await world({ hold: true });
      const client = await dial([], { transport });
      await until(() => sessions.length === 1);
      const writer = sessions[0]?.stdout?.getWriter();
      for (let count = 0; count < 200; count += 1) {
        writer?.write(Buffer.alloc(10_000, 'y')).catch(() => undefined);
      }
      const finished = sessions[0]?.finish({ exitCode: 4 });
      expect(await readAll(client.stdout)).toHaveLength(2_000_000);
      expect(await client.outcome).toEqual({ exitCode: 4 });
      await finished;
    },
  );

  test.each(['spdy', 'websocket'] as const)(
    'a command that ends while input still comes tells its outcome, over %s',
    async (transport) => {
      const { dial, sessions } = await world({ hold: true });
      const client = await dial([], { transport, stdin: true });
      await until(() => sessions.length === 1);
      const writer = client.stdin?.getWriter();
      const writing = writer?.write(Buffer.alloc(8_000_000)).catch(() => undefined);
      const finished = sessions[0]?.finish({ exitCode: 7 });
      expect(await client.outcome).toEqual({ exitCode: 7 });
      await writing;
      await finished;
    },
  );
});

describe('times of a remote command', () => {
  test('a SPDY client that does not open its streams is given up after the creation time', async () => {
    const clock = new FakeClock();
    const { port, failures } = await world({ clock });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /exec?output=1&command=x HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toContain('101 Switching Protocols');
    socket.resume();
    await until(() => clock.pending >= 2);
    clock.advance(29_999);
    expect(failures).toEqual([]);
    clock.advance(1);
    await until(() => failures.length === 1);
    expect(failures[0]).toMatchObject({ code: 'CreationTimeout' });
    await once(socket, 'close');
    expect(clock.pending).toBe(0);
  });

  test.each(['spdy', 'websocket'] as const)(
    'a session on which nothing is sent for 4 hours is aborted, over %s',
    async (transport) => {
      const clock = new FakeClock();
      const { dial, sessions } = await world({ clock, hold: true });
      await dial([], { transport });
      await until(() => sessions.length === 1);
      clock.advance(4 * 60 * 60 * 1000 - 1);
      expect(sessions[0]?.signal.aborted).toBe(false);
      clock.advance(1);
      expect(sessions[0]?.signal.reason).toMatchObject({ code: 'IdleTimeout' });
    },
  );

  test('a server that does not answer is given up after the creation time', async () => {
    const clock = new FakeClock();
    const server = await startStreamingServer(() => new Promise(() => undefined));
    stops.push(() => server.stop());
    for (const transport of ['spdy', 'websocket'] as const) {
      const dialled = dialRemoteCommand({
        ...defaults,
        transport,
        clock,
        target: { url: `http://127.0.0.1:${server.port}/` },
      });
      clock.advance(30_000);
      await expect(dialled).rejects.toMatchObject({ code: 'CreationTimeout' });
    }
  });
});

/** Sends a request as it is and gives back all that comes until the server closes. */
async function ask(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += String(chunk);
  });
  socket.on('end', () => socket.end());
  await once(socket, 'close');
  return answer;
}

const upgrade = (to: string): string[] => [
  'POST /exec?output=1 HTTP/1.1',
  'Host: node',
  'Connection: Upgrade',
  `Upgrade: ${to}`,
];
const webSocket = ['GET /exec?output=1 HTTP/1.1', 'Host: node', 'Connection: Upgrade', 'Upgrade: websocket'];

describe('CVE-2018-1002105: an upgrade that fails', () => {
  test.each([
    ['SPDY without protocols', upgrade('SPDY/3.1'), 400],
    ['SPDY with unknown protocols', [...upgrade('SPDY/3.1'), 'X-Stream-Protocol-Version: v9.channel.k8s.io'], 403],
    ['another upgrade', upgrade('h2c'), 400],
    ['a WebSocket with unknown protocols', [...webSocket, 'Sec-WebSocket-Protocol: v9.channel.k8s.io'], 403],
    ['a WebSocket without a key', [...webSocket, 'Sec-WebSocket-Version: 13'], 400],
    [
      'a WebSocket by POST',
      [...upgrade('websocket'), 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ=='],
      405,
    ],
  ])('is answered and its socket closed, never redirected: %s', async (_name, lines, expected) => {
    const { port, failures, sessions, sockets } = await world();
    const answer = await ask(port, [...lines]);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
    expect(answer).toContain('Connection: close');
    expect(answer).not.toMatch(/^location:/im);
    expect(sessions).toEqual([]);
    expect(failures).toMatchObject([{ name: 'UpgradeRefused', httpStatus: expected }]);
    await until(() => sockets.every(({ destroyed }) => destroyed));
  });

  test('names the protocols that are spoken, one to a line, as the kubelet does', async () => {
    const { port } = await world();
    const answer = await ask(port, [...upgrade('SPDY/3.1'), 'X-Stream-Protocol-Version: v9.channel.k8s.io']);
    const named = [...answer.matchAll(/^X-Accepted-Stream-Protocol-Versions: (.*)$/gim)].map(([, name]) =>
      name?.trim(),
    );
    expect(named).toEqual([...spdyCommandProtocols]);
  });

  test('is an error to the client that says what the server said, and a redirect is not followed', async () => {
    const server = await startStreamingServer((_request, socket) => {
      socket.end(
        'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 5\r\nConnection: close\r\n\r\nmoved',
      );
      return Promise.resolve();
    });
    stops.push(() => server.stop());
    for (const transport of ['spdy', 'websocket'] as const) {
      const dialled = dialRemoteCommand({
        ...defaults,
        transport,
        target: { url: `http://127.0.0.1:${server.port}/` },
      });
      await expect(dialled).rejects.toMatchObject({
        name: 'UpgradeRefused',
        httpStatus: 302,
        message: 'the server answered 302: moved',
      });
    }
  });
});

describe('the choice of a protocol', () => {
  test('is the first of the client that the server speaks, whatever stands before it', async () => {
    const { dial } = await world();
    const protocols = ['v9.channel.k8s.io' as 'channel.k8s.io', 'v3.channel.k8s.io', 'v4.channel.k8s.io'] as const;
    expect((await dial(['echo'], { protocols })).protocol).toBe('v3.channel.k8s.io');
    expect(
      (await dial(['echo'], { transport: 'websocket', protocols: ['v4.base64.channel.k8s.io', 'v5.channel.k8s.io'] }))
        .protocol,
    ).toBe('v4.base64.channel.k8s.io');
  });
});

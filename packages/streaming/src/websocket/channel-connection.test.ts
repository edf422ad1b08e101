import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { acceptRemoteCommand } from '../remote-command/accept-remote-command.ts';
import type { StreamSession } from '../remote-command/stream-session.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import { until } from '../testing/until.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Connected {
  readonly session: StreamSession;
  readonly webSocket: WebSocket;
}

/** A session of protocol v5 with everything in it, and the bare WebSocket of its client. */
async function connected(options: StreamingOptions = {}): Promise<Connected> {
  const sessions: StreamSession[] = [];
  const server = await startStreamingServer(async (request, socket, head) => {
    sessions.push(
      await acceptRemoteCommand(request, socket, head, {
        stdin: true,
        stdout: true,
        stderr: true,
        tty: false,
        ...options,
      }),
    );
  });
  const webSocket = new WebSocket(`ws://127.0.0.1:${server.port}/`, ['v5.channel.k8s.io'], { autoPong: false });
  webSocket.on('error', () => undefined);
  stops.push(async () => {
    webSocket.terminate();
    await server.stop();
  });
  await once(webSocket, 'open');
  await until(() => sessions.length === 1);
  const [session] = sessions;
  if (session === undefined) {
    throw new Error('there is no session');
  }
  return { session, webSocket };
}

describe('channels of a WebSocket', () => {
  test.each([
    ['a message that closes no channel', Buffer.of(255)],
    ['a message that closes two channels', Buffer.of(255, 0, 1)],
  ])('%s ends the session as broken', async (_name, message) => {
    const { session, webSocket } = await connected();
    webSocket.send(message);
    const [code] = (await once(webSocket, 'close')) as [number];
    expect(code).toBe(1002);
    expect(session.signal.reason).toMatchObject({ code: 'ProtocolError' });
  });

  test('messages for channels that nobody reads are dropped', async () => {
    const { session, webSocket } = await connected();
    for (const channel of [1, 2, 3, 4, 9, 200]) {
      webSocket.send(Buffer.of(channel, 1, 2, 3));
      webSocket.send(Buffer.of(255, channel));
    }
    webSocket.send(Buffer.from('\0typed'));
    const { value } = (await session.stdin?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe('typed');
    expect(session.signal.aborted).toBe(false);
  });

  test('a message above the bound ends the session as broken', async () => {
    const { session, webSocket } = await connected({ limits: { messageBytes: 1000 } });
    webSocket.send(Buffer.alloc(1001));
    await once(webSocket, 'close');
    expect(session.signal.reason).toMatchObject({ code: 'ProtocolError' });
  });

  test('pings are answered with what they carry', async () => {
    const { webSocket } = await connected();
    webSocket.ping('are you there');
    const [payload] = (await once(webSocket, 'pong')) as [Buffer];
    expect(String(payload)).toBe('are you there');
  });

  test('pings are sent as often as was asked for', async () => {
    const clock = new FakeClock();
    const { webSocket } = await connected({ clock, timeouts: { ping: 1000 } });
    let pings = 0;
    webSocket.on('ping', () => {
      pings += 1;
    });
    clock.advance(3000);
    await until(() => pings === 3);
    expect(pings).toBe(3);
  });

  test('CVE-2019-9512: a client that sends pings and does not fetch the answers is not read from', async () => {
    const { session, webSocket } = await connected();
    webSocket.pause();
    let taken = 0;
    const payload = Buffer.alloc(125);
    for (let count = 0; count < 100_000; count += 1) {
      webSocket.ping(payload, true, () => {
        taken += 1;
      });
    }
    await until(() => session.bufferedBytes > 64 * 1024);
    expect(session.bufferedBytes).toBeLessThan(1024 * 1024);
    expect(taken).toBeLessThan(100_000);
    webSocket.resume();
    await until(() => taken === 100_000 && session.bufferedBytes === 0);
    expect(session.signal.aborted).toBe(false);
  });

  test('whatever a client sends ends in a protocol error at worst, and never holds more than the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 }), async (messages) => {
        const { session, webSocket } = await connected({ limits: { streamBufferBytes: 1000 } });
        for (const message of messages) {
          webSocket.send(message);
        }
        webSocket.close();
        await until(() => session.signal.aborted || session.bufferedBytes > 1000);
        expect(session.bufferedBytes).toBeLessThan(256 * 1024);
        session.abort(new Error('the test is over'));
        webSocket.terminate();
      }),
      { numRuns: 40 },
    );
  });
});

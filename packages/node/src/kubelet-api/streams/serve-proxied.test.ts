import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  acceptPortForward,
  acceptRemoteCommand,
  dialPortForward,
  dialRemoteCommand,
  readRemoteCommandQuery,
  type RemoteCommandClient,
} from '@vk/streaming';
import { afterEach, expect, it } from 'vitest';
import { NotFound } from '../../provider/errors/not-found.ts';
import { RetryAfter } from '../../provider/errors/retry-after.ts';
import type { Provider } from '../../provider/provider.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { startApi, type StartedApi } from '../testing/start-api.ts';
import { textOf, writeText } from '../testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** A backend that serves streams itself: commands say their path, connections are given back. */
async function backend(): Promise<{ readonly url: (path: string) => URL; readonly open: () => number }> {
  const sockets = new Set<Duplex>();
  const server = createServer().on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://backend');
    const serve = async (): Promise<void> => {
      if (pathname === '/forward') {
        const forward = async ({ stream }: { readonly stream: ReadableWritablePair }): Promise<void> =>
          stream.readable.pipeTo(stream.writable);
        await acceptPortForward(request, socket, head, { ports: [], forward });
        return;
      }
      const session = await acceptRemoteCommand(request, socket, head, readRemoteCommandQuery(searchParams));
      if (pathname === '/endless') return;
      await writeText(session.stdout, `the backend at ${pathname}`);
      await session.finish({ exitCode: 5 });
    };
    serve().catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: (path) => new URL(`http://127.0.0.1:${port}${path}?output=1`), open: () => sockets.size };
}

async function start(provider: Partial<Provider>, clock?: FakeClock): Promise<StartedApi> {
  const own: Partial<Provider> = {
    runInContainer: async (_ref, _container, _command, io) => {
      await writeText(io.stdout, 'the provider');
      return { exitCode: 0 };
    },
    attachToContainer: async (_ref, _container, io) => writeText(io.stdout, 'the provider'),
    portForward: async (_ref, _port, stream) => writeText(stream.writable, 'the provider'),
  };
  const node = sampleNode({ provider: { ...own, ...provider } });
  const api = await startApi({ node, ...(clock !== undefined && { clock }) });
  stops.push(api.stop);
  return api;
}

function dial(api: StartedApi, path: string, transport: 'spdy' | 'websocket' = 'spdy'): Promise<RemoteCommandClient> {
  const target = { url: `${api.url}${path}?command=a&command=b&output=1` };
  return dialRemoteCommand({ target, transport, stdin: false, stdout: true, stderr: false, tty: false });
}

const streams = { stdin: false, stdout: true, stderr: false, tty: false };
const ref = { namespace: 'default', name: 'web', uid: 'uid-of-web' };

it.each(['spdy', 'websocket'] as const)(
  'a client of %s has its command served by the backend itself, with the outcome that the backend gives',
  async (transport) => {
    const { url } = await backend();
    const asked: unknown[] = [];
    const api = await start({
      getExec: async (...given) => {
        asked.push(given.slice(0, 4));
        return { url: url('/exec') };
      },
    });
    const client = await dial(api, '/exec/default/web/app', transport);
    expect(await textOf(client.stdout)).toBe('the backend at /exec');
    expect(await client.outcome).toEqual({ exitCode: 5 });
    expect(asked).toEqual([[ref, 'app', ['a', 'b'], streams]]);
  },
);

it.each(['spdy', 'websocket'] as const)('a client of %s is attached by the backend itself', async (transport) => {
  const { url } = await backend();
  const asked: unknown[] = [];
  const api = await start({
    getAttach: async (...given) => {
      asked.push(given.slice(0, 3));
      return { url: url('/attach') };
    },
  });
  const client = await dial(api, '/attach/default/web/debug', transport);
  expect(await textOf(client.stdout)).toBe('the backend at /attach');
  expect(asked).toEqual([[ref, 'debug', streams]]);
});

it.each(['spdy', 'tunnel'] as const)(
  'a client of %s has all its connections forwarded by the backend itself, which is asked once',
  async (transport) => {
    const { url, open } = await backend();
    const asked: unknown[] = [];
    const api = await start({
      getPortForward: async (of) => {
        asked.push(of);
        return { url: url('/forward') };
      },
    });
    const client = await dialPortForward({
      target: { url: `${api.url}/portForward/default/web` },
      transport,
    });
    for (const port of [80, 443]) {
      const { stream } = await client.open(port);
      const writer = stream.writable.getWriter();
      await writer.write(Buffer.from(`to ${port}`));
      await writer.close();
      expect(await textOf(stream.readable)).toBe(`to ${port}`);
    }
    expect(asked).toEqual([ref]);
    expect(open()).toBe(1);
    await client.close();
  },
);

it('a client of WebSocket that wants base64, or a channel for each port, is served by the provider', async () => {
  const unasked = async (): Promise<never> => {
    throw new Error('nobody is to be asked');
  };
  const api = await start({ getExec: unasked, getAttach: unasked, getPortForward: unasked });
  for (const path of ['/exec/default/web/app', '/attach/default/web/app']) {
    const client = await dialRemoteCommand({
      target: { url: `${api.url}${path}?command=a&output=1` },
      transport: 'websocket',
      protocols: ['v4.base64.channel.k8s.io'],
      stdin: false,
      stdout: true,
      stderr: false,
      tty: false,
    });
    expect(await textOf(client.stdout)).toBe('the provider');
  }
  const forward = await dialPortForward({
    target: { url: `${api.url}/portForward/default/web?port=80` },
    transport: 'websocket',
    ports: [80],
  });
  const { stream } = await forward.open(80);
  expect(await textOf(stream.readable)).toBe('the provider');
  await forward.close();
});

it.each([
  [new NotFound('container "app" does not run'), 404],
  [new RetryAfter(1_000, 'too many streams'), 503],
  [new Error('the runtime is away'), 500],
])(
  'what the provider throws when it is asked, %s, is answered with %i before the connection is a stream',
  async (error, status) => {
    const api = await start({
      getExec: async () => {
        throw error;
      },
    });
    const refused = { httpStatus: status, message: expect.stringContaining(error.message) as string };
    await expect(dial(api, '/exec/default/web/app')).rejects.toMatchObject(refused);
  },
);

it('what the backend refuses is answered with its status', async () => {
  const server = createServer().on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/exec`);
  const api = await start({ getExec: async () => ({ url }) });
  await expect(dial(api, '/exec/default/web/app')).rejects.toMatchObject({ httpStatus: 429 });
});

it('a stream that the backend serves ends when the node stops', async () => {
  const { url, open } = await backend();
  const stopping = await start({ getExec: async () => ({ url: url('/endless') }) });
  const first = await dial(stopping, '/exec/default/web/app');
  await expect.poll(open).toBe(1);
  await stopping.handler.drain(new AbortController().signal);
  await expect(first.outcome).rejects.toMatchObject({ code: 'PeerGone' });
  await expect.poll(open).toBe(0);
});

it.each([
  ['the provider allows', 60_000, 60_000],
  ['the kubelet API allows, where the provider allows more', 86_400_000, 14_400_000],
])(
  'a stream that the backend serves ends when it is quiet for longer than %s',
  async (_who, idleMilliseconds, limit) => {
    const { url, open } = await backend();
    const clock = new FakeClock();
    const quiet = await start({ getExec: async () => ({ url: url('/endless'), idleMilliseconds }) }, clock);
    const client = await dial(quiet, '/exec/default/web/app');
    await expect.poll(open).toBe(1);
    // What was said last was the upgrade; the watch looks again when the time is over.
    await clock.advance(2 * limit);
    await expect(client.outcome).rejects.toMatchObject({ code: 'PeerGone' });
    await expect.poll(open).toBe(0);
  },
);

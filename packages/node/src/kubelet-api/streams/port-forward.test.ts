import { dialPortForward, type PortForwardClient } from '@vk/streaming';
import { afterEach, expect, test } from 'vitest';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { Provider } from '../../provider/provider.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { startApi, type StartedApi } from '../testing/start-api.ts';
import { reasonOf, textOf, writeText } from '../testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Forward = NonNullable<Provider['portForward']>;

const echo: Forward = async (_ref, _port, { readable, writable }) => readable.pipeTo(writable);

async function start(portForward: Forward): Promise<StartedApi> {
  const api = await startApi({ node: sampleNode({ provider: { portForward } }) });
  stops.push(api.stop);
  return api;
}

const transports = ['spdy', 'tunnel', 'websocket'] as const;

function dial(
  api: StartedApi,
  transport: (typeof transports)[number],
  path = '/portForward/default/web',
): Promise<PortForwardClient> {
  const target = { url: `${api.url}${path}${transport === 'websocket' ? '?port=8080' : ''}` };
  return dialPortForward({ target, transport, ...(transport === 'websocket' && { ports: [8080] }) });
}

test.each(transports)('bytes go both ways over %s, for the pod and port that were asked for', async (transport) => {
  const asked: [PodRef, number][] = [];
  const api = await start(async (ref, port, stream, call) => {
    asked.push([ref, port]);
    const said = await stream.readable.getReader().read();
    await writeText(stream.writable, `got ${Buffer.from(said.value ?? []).toString()}`);
    expect(call.signal.aborted).toBe(false);
  });
  const client = await dial(api, transport);
  const forwarded = await client.open(8080);
  await writeText(forwarded.stream.writable, 'ping');
  expect(await textOf(forwarded.stream.readable)).toBe('got ping');
  expect(asked).toEqual([[{ namespace: 'default', name: 'web', uid: 'uid-of-web' }, 8080]]);
  await client.close();
});

test('many connections of one session do not mix', async () => {
  const client = await dial(await start(echo), 'spdy');
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { stream } = await client.open(1_000 + index);
      const writer = stream.writable.getWriter();
      await writer.write(Buffer.from(`number ${index}`));
      await writer.close();
      return textOf(stream.readable);
    }),
  );
  expect(answers).toEqual(answers.map((_, index) => `number ${index}`));
  await client.close();
});

test('a connection that the provider cannot make is told to the client, and the others go on', async () => {
  const api = await start(async (ref, port, stream, call) => {
    if (port === 1) throw new Error('connection refused');
    return echo(ref, port, stream, call);
  });
  const client = await dial(api, 'spdy');
  const broken = await client.open(1);
  expect(await broken.failure).toContain('connection refused');
  const { stream } = await client.open(2);
  const writer = stream.writable.getWriter();
  await writer.write(Buffer.from('still here'));
  await writer.close();
  expect(await textOf(stream.readable)).toBe('still here');
  await client.close();
});

test('when the client goes away every call of the provider is aborted', async () => {
  const signal = Promise.withResolvers<AbortSignal>();
  const api = await start(async (_ref, _port, _stream, call) => {
    signal.resolve(call.signal);
    await reasonOf(call.signal);
  });
  const client = await dial(api, 'spdy');
  await client.open(80);
  const taken = await signal.promise;
  await client.close();
  expect(await reasonOf(taken)).toBeInstanceOf(Error);
});

test.each([
  ['/portForward/default/gone', 404],
  ['/portForward/default/web/another-uid', 404],
  ['/portForward/default/web?port=0', 400],
  ['/portForward/default/web?port=65536', 400],
  ['/portForward/default/web?port=22;id', 400],
])('%s is refused with %i before it is an upgrade', async (path, status) => {
  const api = await start(echo);
  await expect(dialPortForward({ target: { url: `${api.url}${path}` }, transport: 'spdy' })).rejects.toMatchObject({
    httpStatus: status,
  });
});

test('the pod may be named with its UID', async () => {
  const client = await dial(await start(echo), 'spdy', '/portForward/default/web/uid-of-web');
  await client.close();
  await client.closed;
  expect(client.transport).toBe('spdy');
});

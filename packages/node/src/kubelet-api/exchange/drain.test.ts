import { once } from 'node:events';
import { dialPortForward, dialRemoteCommand } from '@vk/streaming';
import { afterEach, expect, test } from 'vitest';
import type { Provider } from '../../provider/provider.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { readText, startApi, type StartedApi } from '../testing/start-api.ts';
import { reasonOf } from '../testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(provider: Partial<Provider>): Promise<StartedApi> {
  const api = await startApi({ node: sampleNode({ provider }) });
  stops.push(api.stop);
  return api;
}

const never = new AbortController().signal;

function exec(api: StartedApi) {
  const target = { url: `${api.url}/exec/default/web/app?command=sleep&output=1` };
  return dialRemoteCommand({ target, transport: 'spdy', stdin: false, stdout: true, stderr: false, tty: false });
}

test('with nothing open a drain is over at once', async () => {
  const { handler } = await start({});
  await expect(handler.drain(never)).resolves.toBeUndefined();
});

test('after a drain has begun requests are 503 with Retry-After, and nobody is asked whether they may', async () => {
  const { handler, get, questions } = await start({});
  await handler.drain(never);
  expect(await get('/healthz')).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
  expect(questions).toEqual([]);
});

test('after a drain has begun streams are refused with 503', async () => {
  const api = await start({ runInContainer: async () => ({ exitCode: 0 }) });
  await api.handler.drain(never);
  await expect(exec(api)).rejects.toMatchObject({ httpStatus: 503 });
});

test('an open command is told that the node stops, and the client hears it in the Status', async () => {
  const signal = Promise.withResolvers<AbortSignal>();
  const api = await start({
    runInContainer: async (_ref, _container, _command, _io, call) => {
      signal.resolve(call.signal);
      throw await reasonOf(call.signal);
    },
  });
  const client = await exec(api);
  await signal.promise;
  await Promise.all([api.handler.drain(never), client.outcome, client.stdout?.cancel()]);
  expect(await reasonOf(await signal.promise)).toMatchObject({ code: 'NodeStopping' });
  expect(await client.outcome).toEqual({
    failure: 'the node is stopping',
    reason: 'ServiceUnavailable',
    httpStatus: 503,
  });
});

test('a command that does not end by itself is cut off when it must', async () => {
  const entered = Promise.withResolvers<void>();
  const api = await start({
    runInContainer: async () => {
      entered.resolve();
      return new Promise(() => undefined);
    },
  });
  const client = await exec(api);
  await entered.promise;
  const force = new AbortController();
  const drained = api.handler.drain(force.signal);
  force.abort();
  await drained;
  await expect(client.outcome).rejects.toMatchObject({ name: 'StreamingError' });
});

test('forwarded connections are told and their session is closed', async () => {
  const signal = Promise.withResolvers<AbortSignal>();
  const api = await start({
    portForward: async (_ref, _port, _stream, call) => {
      signal.resolve(call.signal);
      await reasonOf(call.signal);
    },
  });
  const client = await dialPortForward({
    target: { url: `${api.url}/portForward/default/web` },
    transport: 'spdy',
  });
  await client.open(80);
  await signal.promise;
  await Promise.all([api.handler.drain(never), client.closed]);
  expect(await reasonOf(await signal.promise)).toMatchObject({ code: 'NodeStopping' });
});

test('a followed log is broken off, not ended as if the container had', async () => {
  const signal = Promise.withResolvers<AbortSignal>();
  const api = await start({
    getContainerLogs: async function* (_ref, _container, _options, call) {
      signal.resolve(call.signal);
      yield { bytes: Buffer.from('one\n') };
      await new Promise(() => undefined);
    },
  });
  const response = await api.open('/containerLogs/default/web/app?follow=true');
  const read = readText(response);
  await signal.promise;
  await Promise.all([api.handler.drain(never), expect(read).rejects.toThrow('aborted')]);
  expect(await reasonOf(await signal.promise)).toMatchObject({ code: 'NodeStopping' });
});

test('a request that has an end is answered before the drain is over', async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const api = await start({
    getPods: async () => {
      entered.resolve();
      await gate.promise;
      return [];
    },
  });
  const answered = api.get('/runningpods/');
  await entered.promise;
  const drained = api.handler.drain(never);
  gate.resolve();
  expect(await answered).toMatchObject({ status: 200 });
  await drained;
});

test('a request that does not end is cut off when it must, though its provider is deaf', async () => {
  const entered = Promise.withResolvers<void>();
  const api = await start({
    getContainerLogs: () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          entered.resolve();
          return new Promise(() => undefined);
        },
      }),
    }),
  });
  const socket = await api.connect();
  socket.write('GET /containerLogs/default/web/app HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.resume();
  await entered.promise;
  const force = new AbortController();
  const drained = api.handler.drain(force.signal);
  const closed = once(socket, 'close');
  force.abort();
  await Promise.all([drained, closed]);
  expect(socket.destroyed).toBe(true);
});

test('a decision that is never made does not hold up the end', async () => {
  const asked = Promise.withResolvers<void>();
  const api = await startApi({
    decide: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  stops.push(api.stop);
  const socket = await api.connect();
  socket.resume();
  socket.write('GET /pods HTTP/1.1\r\nHost: x\r\n\r\n');
  await asked.promise;
  const force = new AbortController();
  const drained = api.handler.drain(force.signal);
  force.abort();
  await drained;
  expect(api.questions).toHaveLength(1);
});

import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { ContainerLogOptions, LogChunk } from '../../provider/container-logs.ts';
import { NotFound } from '../../provider/errors/not-found.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Pod } from '../../provider/wire.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { sampleNode, samplePodOn } from '../testing/sample-node.ts';
import { readText, startApi, type StartedApi } from '../testing/start-api.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Logs = NonNullable<Provider['getContainerLogs']>;

async function start(getContainerLogs: Logs, pods?: readonly Pod[], clock?: FakeClock): Promise<StartedApi> {
  const node = sampleNode({ provider: { getContainerLogs }, ...(pods !== undefined && { pods }) });
  const api = await startApi({ node, ...(clock !== undefined && { clock }) });
  stops.push(api.stop);
  return api;
}

function piece(text: string): LogChunk {
  return { bytes: Buffer.from(text) };
}

const path = '/containerLogs/default/web/app';

async function* someLines(): AsyncGenerator<LogChunk> {
  yield piece('one\n');
  yield piece('two\n');
}

function withStatus(status: object): Pod {
  const app = { name: 'app', restartCount: 0, image: '', imageID: '', ready: false, ...status };
  return { ...samplePodOn(), status: { containerStatuses: [app] } };
}

test('the log of a container is plain text, and the provider is asked by the identity of the pod', async () => {
  const asked: [PodRef, string, ContainerLogOptions][] = [];
  const { get } = await start((ref, container, options) => {
    asked.push([ref, container, options]);
    return someLines();
  });
  const answer = await get(`${path}?tailLines=1&limitBytes=100`);
  expect(answer).toMatchObject({ status: 200, body: 'two\n' });
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  const ref = { namespace: 'default', name: 'web', uid: 'uid-of-web' };
  expect(asked).toEqual([[ref, 'app', { follow: false, previous: false, tailLines: 1, limitBytes: 100 }]]);
});

test.each(['setup', 'debug'])('the container %s, which is no regular one, has a log too', async (container) => {
  const { get } = await start(someLines);
  expect(await get(`/containerLogs/default/web/${container}`)).toMatchObject({ status: 200, body: 'one\ntwo\n' });
});

test('a query that cannot be read is refused before the pod is looked for', async () => {
  const { get } = await start(someLines);
  expect(await get('/containerLogs/default/gone/app?tailLines=x')).toMatchObject({ status: 400 });
  expect(await get('/containerLogs/default/gone/app?limitBytes=0')).toMatchObject({ status: 422 });
});

test('a pod or container that is not there is 404', async () => {
  const { get } = await start(someLines);
  expect(await get('/containerLogs/default/gone/app')).toMatchObject({
    status: 404,
    body: 'pod "gone" does not exist\n',
  });
  expect(await get('/containerLogs/default/web/gone')).toMatchObject({
    status: 404,
    body: 'container "gone" not found in pod "web"\n',
  });
});

test.each([
  [{ state: { waiting: { reason: 'ContainerCreating' } } }, '', 'is waiting to start: ContainerCreating'],
  [{ state: { waiting: { reason: 'ImagePullBackOff' } } }, '', 'is waiting to start: trying and failing to pull image'],
  [{ state: { waiting: { reason: 'ErrImagePull' } } }, '', "is waiting to start: image can't be pulled"],
  [{ state: {} }, '', 'is waiting to start - no logs yet'],
  [{ name: 'other' }, '', 'is not available'],
])('a container that has not started is 400 and says why: %j', async (status, query, words) => {
  const { get } = await start(someLines, [withStatus(status)]);
  expect(await get(`${path}${query}`)).toMatchObject({ status: 400, body: `container "app" in pod "web" ${words}\n` });
});

test('without a previous run there is no previous log: 400 in the words of the kubelet', async () => {
  const { get } = await start(someLines, [withStatus({ state: { running: {} } })]);
  expect(await get(`${path}?previous=true`)).toMatchObject({
    status: 400,
    body: 'previous terminated container "app" in pod "web" not found\n',
  });
});

function failing(failure: Error): Logs {
  return () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }) });
}

test('what the provider says of a log is 404 for NotFound and 400 for the rest', async () => {
  const missing = await start(failing(new NotFound('no log is kept')));
  expect(await missing.get(path)).toMatchObject({ status: 404, body: 'no log is kept\n' });
  const broken = await start(failing(new Error('log driver none')));
  expect(await broken.get(path)).toMatchObject({ status: 400, body: 'log driver none\n' });
});

test('a log that fails in the middle is broken off, so that nobody takes it for whole', async () => {
  const { open } = await start(async function* () {
    yield piece('one\n');
    await setImmediate();
    throw new Error('lost');
  });
  const response = await open(path);
  await expect(readText(response)).rejects.toThrow('aborted');
});

test('a follower is answered before there is a line, and gets each as it comes', async () => {
  const clock = new FakeClock();
  const gate = Promise.withResolvers<void>();
  const { open } = await start(
    async function* () {
      await gate.promise;
      yield piece('late\n');
    },
    undefined,
    clock,
  );
  const opened = open(`${path}?follow=true`);
  await clock.whenPending();
  await clock.advance(100);
  const response = await opened;
  expect(response.statusCode).toBe(200);
  gate.resolve();
  expect(await readText(response)).toBe('late\n');
});

test('an error of the provider at once is the status also for a follower', async () => {
  const { get } = await start(failing(new NotFound('no log is kept')));
  expect(await get(`${path}?follow=true`)).toMatchObject({ status: 404 });
});

test('when the client goes away the call of the provider is aborted at once, with the reason', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { open } = await start(async function* (_ref, _container, _options, { signal }) {
    signal.addEventListener('abort', () => aborted.resolve(signal.reason), { once: true });
    yield piece('one\n');
    await new Promise(() => undefined);
  });
  const response = await open(`${path}?follow=true`);
  response.on('error', () => undefined);
  response.destroy();
  expect(await aborted.promise).toMatchObject({ code: 'ClientGone' });
});

test('a call of the provider ends when the limit of bytes is reached, also while it is followed', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { get } = await start(async function* (_ref, _container, _options, { signal }) {
    signal.addEventListener('abort', () => aborted.resolve(signal.reason), { once: true });
    yield piece('one\n');
    await new Promise(() => undefined);
  });
  expect(await get(`${path}?follow=true&limitBytes=2`)).toMatchObject({ status: 200, body: 'on' });
  expect(await aborted.promise).toMatchObject({ name: 'ReaderDoneError' });
});

test('a client that does not read holds up its own log and nobody else', async () => {
  const sent = { blocks: 0 };
  const block = Buffer.alloc(64 * 1024, 'x');
  const { connect, get } = await start(async function* () {
    for (;;) {
      sent.blocks += 1;
      yield { bytes: block, partial: true };
    }
  });
  const socket = await connect();
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  let before = -1;
  while (sent.blocks === 0 || before !== sent.blocks) {
    before = sent.blocks;
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(await get('/healthz')).toMatchObject({ status: 200 });
  }
  expect(sent.blocks * block.length).toBeLessThan(32 * 1024 * 1024);
});

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import {
  type ConnectWorld,
  type ConnectWorldOptions,
  startConnectWorld,
  type WholeAnswer,
} from './testing/connect-world.ts';

let world: ConnectWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function start(options: ConnectWorldOptions = {}): Promise<ConnectWorld> {
  world = await startConnectWorld({ onRequest: (_, response) => response.end('line\n'), ...options });
  return world;
}

const path = '/api/v1/namespaces/default/pods/pod/log';

function status({ text }: WholeAnswer): unknown {
  return JSON.parse(text);
}

test('The node is asked with the certificate of the API server, and its answer comes as text', async () => {
  const { ask, kubelet } = await start();
  const answer = await ask(path);
  expect(answer).toMatchObject({ status: 200, text: 'line\n', headers: { 'content-type': 'text/plain' } });
  expect(kubelet.seen).toMatchObject([
    { method: 'GET', url: '/containerLogs/default/pod/app', clientName: 'kube-apiserver-kubelet-client' },
  ]);
  expect(kubelet.seen[0]?.headers.authorization).toBeUndefined();
});

test('Every option is handed on as the kubelet takes it, times in whole seconds of UTC', async () => {
  const { ask, kubelet } = await start();
  const query = 'container=app&follow=1&previous=true&timestamps=&tailLines=0&limitBytes=10';
  await ask(`${path}?${query}&sinceTime=2026-01-01T01:00:00.5%2B01:00`);
  await ask(`${path}?sinceSeconds=5&follow=false&previous=0&insecureSkipTLSVerifyBackend=true`);
  expect(kubelet.seen.map(({ url }) => url)).toEqual([
    '/containerLogs/default/pod/app?follow=true&limitBytes=10&previous=true&sinceTime=2026-01-01T00%3A00%3A00Z&tailLines=0&timestamps=true',
    '/containerLogs/default/pod/app?sinceSeconds=5',
  ]);
});

test.each([
  ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
  ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
  ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
  [
    'sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z',
    '[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
  ['stream=Stdout', 'stream: Forbidden: may not be specified'],
])('The options %s are 422, and no node is asked', async (query, why) => {
  const { ask, kubelet } = await start();
  const answer = await ask(`${path}?${query}`);
  expect(answer.status).toBe(422);
  expect(status(answer)).toMatchObject({ reason: 'Invalid', message: `PodLogOptions "pod" is invalid: ${why}` });
  expect(kubelet.seen).toEqual([]);
});

test('Options that cannot be read are 400', async () => {
  const { ask } = await start();
  expect(status(await ask(`${path}?tailLines=x`))).toMatchObject({
    code: 400,
    message: 'strconv.ParseInt: parsing "x": invalid syntax',
  });
  expect(status(await ask(`${path}?sinceTime=today`))).toMatchObject({
    code: 400,
    message: 'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
  });
});

test('A container has to be named where there are several, and has to be one of the pod', async () => {
  const { ask, addPod } = await start();
  addPod('two', ['a', 'b'], 'node');
  expect(status(await ask('/api/v1/namespaces/default/pods/two/log'))).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message: 'a container name must be specified for pod two, choose one of: [a b]',
  });
  expect(status(await ask('/api/v1/namespaces/default/pods/two/log?container=c'))).toMatchObject({
    code: 400,
    message: 'container c is not valid for pod two',
  });
  expect((await ask('/api/v1/namespaces/default/pods/two/log?container=b')).status).toBe(200);
});

test('A pod without a node has no log, and one that does not exist is 404', async () => {
  const { ask, addPod } = await start();
  addPod('waits', ['app']);
  expect(await ask('/api/v1/namespaces/default/pods/waits/log')).toMatchObject({ status: 204, text: '' });
  expect(status(await ask('/api/v1/namespaces/default/pods/none/log'))).toMatchObject({
    code: 404,
    message: 'pods "none" not found',
  });
});

test.each([
  [400, 400, 'BadRequest', 'previous terminated container "app" not found'],
  [500, 500, 'InternalError', 'Internal error occurred: previous terminated container "app" not found'],
  [404, 404, 'NotFound', 'the server could not find the requested resource ( pods/log pod)'],
  [401, 401, 'Unauthorized', 'the server has asked for the client to provide credentials ( pods/log pod)'],
  [403, 403, 'Forbidden', 'previous terminated container "app" not found ( pods/log pod)'],
  [503, 503, 'ServiceUnavailable', 'the server is currently unable to handle the request ( pods/log pod)'],
])('A %i of the node is told as %i', async (answered, code, reason, message) => {
  const onRequest = (_: unknown, response: ServerResponse): void => {
    response.writeHead(answered).end('previous terminated container "app" not found');
  };
  const { ask } = await start({ onRequest });
  expect(status(await ask(path))).toMatchObject({ code, reason, message });
});

test('A node that cannot be reached is 500 with the reason, and so is one that is unknown or has no address', async () => {
  const { ask, addNode, addPod, kubelet } = await start();
  addNode('homeless', { addresses: [] });
  addPod('on-homeless', ['app'], 'homeless');
  addPod('on-nothing', ['app'], 'nothing');
  await kubelet.stop();
  const url = `https://127.0.0.1:${kubelet.port}/containerLogs/default/pod/app?tailLines=1`;
  expect(status(await ask(`${path}?tailLines=1`))).toMatchObject({
    code: 500,
    message: `Get "${url}": dial tcp 127.0.0.1:${kubelet.port}: connect: connection refused`,
  });
  expect(status(await ask('/api/v1/namespaces/default/pods/on-homeless/log'))).toMatchObject({
    code: 500,
    message: 'no preferred addresses found; known addresses: []',
  });
  expect(status(await ask('/api/v1/namespaces/default/pods/on-nothing/log'))).toMatchObject({
    code: 404,
    message: 'pods "nothing" not found',
  });
});

test('A redirect of the node is not followed', async () => {
  const { ask, kubelet } = await start({
    onRequest: (_, response) => response.writeHead(302, { location: 'https://127.0.0.1/' }).end(),
  });
  expect(status(await ask(path))).toMatchObject({
    code: 500,
    message: 'Get "https://127.0.0.1/": redirects forbidden',
  });
  expect(kubelet.seen).toHaveLength(1);
});

test('With an authority for nodes their certificates are checked, unless the client says otherwise', async () => {
  const { ask, kubelet } = await start({ cluster: { kubeletCertificateAuthority: 'cluster' } });
  expect(status(await ask(path))).toMatchObject({
    code: 500,
    message: expect.stringContaining(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ) as unknown,
  });
  expect(kubelet.seen).toEqual([]);
  expect((await ask(`${path}?insecureSkipTLSVerifyBackend=true`)).text).toBe('line\n');
});

test('What is followed comes as it is written, and a client that leaves ends the request to the node', async () => {
  const opened = Promise.withResolvers<ServerResponse>();
  const { open } = await start({
    onRequest: (_, response) => {
      response.write('first\n');
      opened.resolve(response);
    },
  });
  const answer = await open(`${path}?follow=true`);
  const [first] = (await once(answer, 'data')) as [Buffer];
  expect(first.toString()).toBe('first\n');
  const toNode = await opened.promise;
  toNode.write('second\n');
  const [second] = (await once(answer, 'data')) as [Buffer];
  expect(second.toString()).toBe('second\n');
  const ended = once(toNode, 'close');
  answer.destroy();
  await ended;
});

test('A client that does not read holds the node up, so that nothing piles up between them', async () => {
  const stuck = Promise.withResolvers<void>();
  let written = 0;
  const chunk = Buffer.alloc(1024 * 1024);
  const total = 96;
  const { open } = await start({
    onRequest: (_, response) => {
      const write = (): void => {
        while (written < total && !response.destroyed) {
          written += 1;
          if (response.write(chunk)) continue;
          // The socket is full: it is stuck unless it drains before the next turns of the event loop are over.
          response.once('drain', write);
          return;
        }
        response.end();
      };
      write();
      stuck.resolve();
    },
  });
  const answer = await open(path);
  answer.pause();
  await stuck.promise;
  let before = -1;
  while (written !== before) {
    before = written;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written).toBeLessThan(total / 4);
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) length += part.length;
  expect(length).toBe(total * chunk.length);
});

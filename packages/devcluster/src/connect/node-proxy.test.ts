import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import {
  type ConnectWorld,
  type ConnectWorldOptions,
  startConnectWorld,
  type WholeAnswer,
} from './testing/connect-world.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  response.setHeader('X-Seen', `${request.method ?? ''} ${request.url ?? ''}`);
  response.end(Buffer.concat(chunks));
}

async function start(options: ConnectWorldOptions = {}): Promise<ConnectWorld> {
  const world = await startConnectWorld({
    onRequest: (request, response) => void echo(request, response),
    ...options,
  });
  closing.push(() => world.stop());
  return world;
}

const proxy = '/api/v1/nodes/node/proxy';

function status({ text }: WholeAnswer): unknown {
  return JSON.parse(text);
}

test('The kubelet of the node is asked for the path and the query, with the certificate of the API server', async () => {
  const { ask, kubelet, cluster } = await start();
  const answer = await ask(`${proxy}/stats/summary/?only_cpu_and_memory=true`);
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'x-seen': 'GET /stats/summary/?only_cpu_and_memory=true' },
  });
  const [seen] = kubelet.seen;
  expect(seen?.clientName).toBe('kube-apiserver-kubelet-client');
  expect(seen?.headers).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': new URL(cluster.url).host,
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': `${proxy}/stats/summary/`,
  });
  expect(seen?.headers.authorization).toBeUndefined();
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s goes through with its body', async (method) => {
  const { ask } = await start();
  const answer = await ask(`${proxy}/run/x`, { method, body: 'hello' });
  expect(answer).toMatchObject({ status: 200, text: 'hello', headers: { 'x-seen': `${method} /run/x` } });
});

test('HEAD goes through as HEAD', async () => {
  const { ask } = await start();
  expect(await ask(`${proxy}/healthz`, { method: 'HEAD' })).toMatchObject({
    status: 200,
    text: '',
    headers: { 'x-seen': 'HEAD /healthz' },
  });
});

test('A request for another protocol goes through without its query, as kube-apiserver has it', async () => {
  const { ask, kubelet } = await start({
    onUpgrade: (_, socket) => {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 8\r\nConnection: close\r\n\r\nno query');
      return Promise.resolve();
    },
  });
  const answer = await ask(`${proxy}/exec/default/pod/app?command=id&output=1`, {
    headers: { connection: 'Upgrade', upgrade: 'websocket' },
  });
  expect(answer).toMatchObject({ status: 400, text: 'no query' });
  expect(kubelet.seen.map(({ url }) => url)).toEqual(['/exec/default/pod/app']);
});

test('The node is also named with its port', async () => {
  const { ask, kubelet } = await start();
  const answer = await ask(`/api/v1/nodes/node:${kubelet.port}/proxy/pods`);
  expect(answer.headers['x-seen']).toBe('GET /pods');
  expect((await ask(`/api/v1/nodes/https:node:${kubelet.port}/proxy/pods`)).status).toBe(200);
});

test('Another port of the node is asked without TLS, or without a certificate', async () => {
  const server = createServer((request, response) => void echo(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
  const other = await start();
  const { ask, addNode, kubelet } = await start();
  const { port } = server.address() as AddressInfo;
  expect((await ask(`/api/v1/nodes/node:${port}/proxy/other`)).headers['x-seen']).toBe('GET /other');
  addNode('elsewhere', { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }] });
  expect((await ask(`/api/v1/nodes/https:elsewhere:${other.kubelet.port}/proxy/x`)).status).toBe(200);
  expect(other.kubelet.seen).toMatchObject([{ url: '/x', clientName: undefined }]);
  expect(kubelet.seen).toEqual([]);
});

test('The root without its slash is a redirect to itself with one', async () => {
  const { ask } = await start();
  expect(await ask(`${proxy}?a=b`)).toMatchObject({ status: 301, headers: { location: `${proxy}/?a=b` } });
  expect((await ask(`${proxy}/`)).headers['x-seen']).toBe('GET /');
});

test('Links in a redirect of the node lead through the proxy', async () => {
  const { ask, kubelet } = await start({
    onRequest: (request, response) => {
      const to = new URL(request.url ?? '/', 'https://node').searchParams.get('to') ?? '';
      response.writeHead(301, { location: to }).end();
    },
  });
  const location = async (to: string): Promise<string | undefined> =>
    (await ask(`${proxy}/from?to=${encodeURIComponent(to)}`)).headers.location;
  expect(await location('/logs/')).toBe(`${proxy}/logs/`);
  expect(await location(`https://127.0.0.1:${kubelet.port}/logs/`)).toBe(`${proxy}/logs/`);
  expect(await location('https://example.org/logs/')).toBe('https://example.org/logs/');
  expect(await location('logs/')).toBe('logs/');
});

test('Characters of a path come through as they were', async () => {
  const { ask } = await start();
  const answer = await ask(`${proxy}/containerLogs/default/a%20b/%E2%9C%93`);
  expect(answer.headers['x-seen']).toBe('GET /containerLogs/default/a%20b/%E2%9C%93');
});

test.each([
  ['/api/v1/nodes/a:b:c:d/proxy/', 400, 'invalid node request "a:b:c:d"'],
  ['/api/v1/nodes/ftp:node:1/proxy/', 400, 'invalid node request "ftp:node:1"'],
  ['/api/v1/nodes/none/proxy/', 404, 'nodes "none" not found'],
  ['/api/v1/nodes/link-local/proxy/', 400, 'address not allowed'],
])('A request for %s is refused', async (path, code, message) => {
  const { ask, addNode } = await start();
  addNode('link-local', { addresses: [{ type: 'InternalIP', address: '169.254.169.254' }] });
  expect(status(await ask(path))).toMatchObject({ code, message });
});

test('A node that cannot be reached is 503', async () => {
  const { ask, kubelet } = await start();
  await kubelet.stop();
  expect(status(await ask(`${proxy}/pods`))).toMatchObject({
    code: 503,
    reason: 'ServiceUnavailable',
    message: `error trying to reach service: dial tcp 127.0.0.1:${kubelet.port}: connect: connection refused`,
  });
});

test('An answer that goes on and on comes as it is written, and a client that leaves ends it', async () => {
  const opened = Promise.withResolvers<ServerResponse>();
  const { open } = await start({
    onRequest: (_, response) => {
      response.write('tick');
      opened.resolve(response);
    },
  });
  const answer = await open(`${proxy}/events`);
  const [tick] = (await once(answer, 'data')) as [Buffer];
  expect(tick.toString()).toBe('tick');
  const ended = once(await opened.promise, 'close');
  answer.destroy();
  await ended;
});

import { afterEach, expect, test, vi } from 'vitest';
import { NotFound } from '../provider/errors/not-found.ts';
import { RetryAfter } from '../provider/errors/retry-after.ts';
import { Unsupported } from '../provider/errors/unsupported.ts';
import { InvalidInput } from '../provider/errors/invalid-input.ts';
import { Terminal } from '../provider/errors/terminal.ts';
import type { Provider } from '../provider/provider.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { routeTable } from './routing/route-table.ts';
import { sampleNode, samplePodOn } from './testing/sample-node.ts';
import { readText, startApi, type StartApiOptions, type StartedApi } from './testing/start-api.ts';
import { reasonOf } from './testing/streams.ts';

let api: StartedApi | undefined;
async function start(options?: StartApiOptions): Promise<StartedApi> {
  api = await startApi(options);
  return api;
}
afterEach(async () => {
  await api?.stop();
  api = undefined;
});

test('every request is decided on by the name of the node before anything is said about it', async () => {
  const { get, questions } = await start({
    decide: () => ({ allowed: false, status: 401, message: 'Unauthorized' }),
  });
  const paths = ['/pods', '/no/such/path', '/containerLogs/default/gone/app', '/a%2fb', '/stats/summary'];
  for (const path of paths) expect(await get(path)).toMatchObject({ status: 401, body: 'Unauthorized\n' });
  expect(questions.map(({ nodeName }) => nodeName)).toEqual(paths.map(() => 'node-1'));
});

test('a request that may not is answered with the status and the words of the decision', async () => {
  const { get } = await start({ decide: () => ({ allowed: false, status: 403, message: 'Forbidden (user=x)' }) });
  expect(await get('/pods')).toMatchObject({ status: 403, body: 'Forbidden (user=x)\n' });
});

test('an access that throws, against its contract, lets nothing through', async () => {
  const { get } = await start({ decide: () => Promise.reject(new Error('the API is away')) });
  expect(await get('/pods')).toMatchObject({ status: 500 });
});

test('where nobody can decide, nothing is served', async () => {
  const { get } = await start({ decide: () => ({ allowed: false, status: 500, message: 'Authorization error' }) });
  expect(await get('/healthz')).toMatchObject({ status: 500 });
});

test.each([
  ['/pods', ['pods', 'proxy']],
  ['/runningpods/', ['pods', 'proxy']],
  ['/healthz/ping', ['healthz', 'proxy']],
  ['/configz', ['configz', 'proxy']],
  ['/metrics/resource', ['metrics']],
  ['/stats/summary', ['stats']],
  ['/checkpoint/default/web/app', ['checkpoint']],
  ['/containerLogs/default/web/app', ['proxy']],
  ['/no/such/path', ['proxy']],
])('%s asks for the subresources that the kubelet asks for', async (path, subresources) => {
  const { get, questions } = await start();
  await get(path);
  expect(questions).toEqual([{ nodeName: 'node-1', verb: 'get', subresources }]);
});

test.each(['exec', 'attach', 'run', 'portForward'])('%s asks for create whatever the method is', async (name) => {
  const { get, questions } = await start();
  const path = name === 'portForward' ? `/${name}/default/web` : `/${name}/default/web/app`;
  for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) await get(path, { method });
  expect(questions.map(({ verb }) => verb)).toEqual(['create', 'create', 'create', 'create']);
});

test('a method that a route does not have is answered with 405 and those that it has', async () => {
  const { get } = await start();
  expect(await get('/pods', { method: 'DELETE' })).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  const exec = await get('/exec/default/web/app', { method: 'PUT' });
  expect(exec).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
});

test('a path that there is not is 404', async () => {
  const { get } = await start();
  for (const path of ['/', '/pod', '/pods/default', '/PODS', '/logs/', '/debug/pprof/', '/exec/default/web'])
    expect(await get(path), path).toMatchObject({ status: 404 });
});

test.each([
  '/exec/default/web%2fapp/app',
  '/containerLogs/default/../web/app',
  '/containerLogs/default/%2e%2e/app',
  '/./pods',
  '//pods',
  '/pods//',
  '/containerLogs//web/app',
  '/pods%5c',
  '/pods%00',
  '/pods%zz',
  '/pods%ff',
  '/pods;a="b"',
])('the path %s is refused, not normalised', async (path) => {
  const { get, questions } = await start();
  expect(await get(path)).toMatchObject({ status: 400 });
  expect(questions).toMatchObject([{ subresources: ['proxy'] }]);
});

test('a slash at the end of a path makes no difference', async () => {
  const { get } = await start();
  for (const path of ['/pods', '/pods/', '/runningpods', '/runningpods/'])
    expect(await get(path), path).toMatchObject({ status: 200 });
});

test('a route that the provider cannot serve is 501 and says what is missing', async () => {
  const { get } = await start();
  const lacking = Object.values(routeTable).filter(({ needs }) => needs.length > 0);
  expect(lacking.length).toBeGreaterThan(10);
  for (const { path, methods } of lacking) {
    const filled = path.replace('{namespace}/{pod}', 'default/web').replace('{uid}', 'u').replace('{container}', 'app');
    const { status, body } = await get(filled, { method: methods.at(-1) ?? 'GET' });
    expect(status, path).toBe(501);
    expect(body, path).toContain('the provider of node node-1 has no ');
  }
});

test('a stream without an upgrade is told that it needs one', async () => {
  const node = sampleNode({ provider: { runInContainer: async () => ({ exitCode: 0 }) } });
  const { get } = await start({ node });
  const answer = await get('/exec/default/web/app?command=ls&output=1', { method: 'POST' });
  expect(answer).toMatchObject({ status: 400, body: 'Upgrade request required\n' });
});

test.each([
  ['NotFound', new NotFound('no such pod'), 404],
  ['InvalidInput', new InvalidInput('spec.x', 'is wrong'), 400],
  ['Unsupported', new Unsupported('not here'), 501],
  ['Terminal', new Terminal('never'), 500],
  ['anything else', new Error('broken'), 500],
])('a provider that throws %s is answered with its status and its words', async (_name, error, status) => {
  const node = sampleNode({ provider: { getPods: () => Promise.reject(error) } });
  const { get } = await start({ node });
  expect(await get('/runningpods/')).toMatchObject({ status, body: `${error.message}\n` });
});

test('a backend that wants to be left alone is 503 with Retry-After in whole seconds', async () => {
  const node = sampleNode({ provider: { getPods: () => Promise.reject(new RetryAfter(1_200)) } });
  const { get } = await start({ node });
  expect(await get('/runningpods/')).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
});

test('a provider that does not answer in time is 504, and its signal is aborted', async () => {
  const clock = new FakeClock();
  const signals: AbortSignal[] = [];
  const getPods: Provider['getPods'] = async ({ signal }) => {
    signals.push(signal);
    throw await reasonOf(signal);
  };
  const { get } = await start({
    node: sampleNode({ provider: { getPods } }),
    clock,
    providerTimeoutMilliseconds: 5_000,
  });
  const answered = get('/runningpods/');
  await clock.whenPending();
  await clock.advance(5_000);
  expect(await answered).toMatchObject({ status: 504, body: 'the provider did not answer getPods within 5 s\n' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test('a client that leaves aborts the call of the provider with the reason', async () => {
  const entered = Promise.withResolvers<AbortSignal>();
  const getPods: Provider['getPods'] = async ({ signal }) => {
    entered.resolve(signal);
    throw await reasonOf(signal);
  };
  const { connect } = await start({ node: sampleNode({ provider: { getPods } }) });
  const socket = await connect();
  socket.write('GET /runningpods/ HTTP/1.1\r\nHost: x\r\n\r\n');
  const signal = await entered.promise;
  socket.destroy();
  expect(await reasonOf(signal)).toMatchObject({ code: 'ClientGone' });
});

test('/pods is a PodList of what is bound to the node', async () => {
  const { get } = await start();
  const answer = await get('/pods');
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  expect(JSON.parse(answer.body)).toEqual({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [samplePodOn()] });
});

test.each([0, 1, 100, 101, 250])('/pods is one list of %i pods, though it is written in parts', async (count) => {
  const pods = Array.from({ length: count }, (_, index) => samplePodOn('node-1', `web-${index}`));
  const { get } = await start({ node: sampleNode({ pods }) });
  expect(JSON.parse((await get('/pods')).body)).toMatchObject({ kind: 'PodList', items: pods });
});

test('/runningpods/ is what the backend has, also of what the API no longer knows', async () => {
  const known = { namespace: 'default', name: 'web', uid: 'uid-of-web' };
  const unknown = { namespace: 'default', name: 'old', uid: 'u-old' };
  const status = { phase: 'Running', containerStatuses: [{ name: 'app', image: 'i' }] };
  const node = sampleNode({
    provider: { getPods: async () => [{ ref: known }, { ref: unknown, status: status as object }] },
  });
  const { get } = await start({ node });
  const { items } = JSON.parse((await get('/runningpods/')).body) as { items: unknown[] };
  expect(items).toEqual([
    samplePodOn(),
    { metadata: unknown, spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'i' }] }, status },
  ]);
});

test('/configz shows the settings of the node under kubeletconfig', async () => {
  const { get } = await start();
  const { body } = await get('/configz');
  expect(JSON.parse(body)).toEqual({ kubeletconfig: { nodeName: 'node-1', podSyncWorkers: 10 } });
});

test('/healthz and each of its parts are ok while the node works', async () => {
  const { get } = await start();
  for (const path of ['/healthz', '/healthz/ping', '/healthz/log', '/healthz/syncloop'])
    expect(await get(path), path).toMatchObject({ status: 200, body: 'ok' });
  expect((await get('/healthz?verbose')).body).toBe('[+]ping ok\n[+]log ok\n[+]syncloop ok\nhealthz check passed\n');
});

test('/healthz fails without the reason when the node does not work, and its part tells it', async () => {
  const { get } = await start({ node: sampleNode({ syncLoopProblem: () => 'no watch' }) });
  expect(await get('/healthz')).toMatchObject({
    status: 500,
    body: '[+]ping ok\n[+]log ok\n[-]syncloop failed: reason withheld\nhealthz check failed\n',
  });
  expect(await get('/healthz/syncloop')).toMatchObject({ status: 500, body: 'internal server error: no watch\n' });
  expect(await get('/healthz?exclude=syncloop')).toMatchObject({ status: 200, body: 'ok' });
});

test('/metrics is what the process says of itself', async () => {
  const { get } = await start({ processMetrics: () => 'up 1\n' });
  const answer = await get('/metrics');
  expect(answer).toMatchObject({ status: 200, body: 'up 1\n' });
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test('a shared listener finds the node by the pod, and asks about that node', async () => {
  const nodes = [sampleNode({ name: 'a', pods: [samplePodOn('a', 'on-a')] }), sampleNode({ name: 'b', pods: [] })];
  const nodeOfPod = (namespace: string, pod: string) => nodes.find((node) => node.findPod(namespace, pod));
  const { get, questions } = await start({ serves: { nodeOfPod } });
  expect(await get('/containerLogs/default/on-a/app')).toMatchObject({ status: 501 });
  expect(questions).toMatchObject([{ nodeName: 'a', subresources: ['proxy'] }]);
});

test('on a shared listener a pod of no node, and a route without a pod, are asked about on every node and then 404', async () => {
  const { get, questions } = await start({ serves: { nodeOfPod: () => undefined } });
  expect(await get('/containerLogs/default/x/app')).toMatchObject({ status: 404, body: 'pod "x" does not exist\n' });
  const answer = await get('/pods');
  expect(answer.status).toBe(404);
  expect(answer.body).toContain('many nodes');
  expect(questions.map(({ nodeName }) => nodeName)).toEqual(['', '']);
});

test('a body that no route reads is thrown away, and a long one ends the connection', async () => {
  const { get, connect } = await start();
  const small = await get('/run/default/web/app', { method: 'POST', body: 'x'.repeat(1_000) });
  expect(small.status).toBe(501);
  const socket = await connect();
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.write('POST /pods HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `4000\r\n${'y'.repeat(0x4000)}\r\n`;
  for (let sent = 0; sent < 64 && !socket.destroyed; sent += 1) socket.write(chunk);
  await closed;
});

test('a stream does not begin on a connection on which another answer is still to come: their bytes would mix', async () => {
  const called: string[] = [];
  const { promise: pods, resolve: givePods } = Promise.withResolvers<[]>();
  const provider: Partial<Provider> = {
    getPods: () => pods,
    runInContainer: async () => {
      called.push('runInContainer');
      return { exitCode: 0 };
    },
  };
  const { connect } = await start({ node: sampleNode({ provider }) });
  const socket = await connect();
  socket.write(
    'GET /runningpods/ HTTP/1.1\r\nHost: node\r\n\r\n' +
      'POST /exec/default/web/app?command=true&output=1 HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
  );
  expect(await readText(socket)).toBe('');
  givePods([]);
  expect(called).toEqual([]);
});

test('a stream may begin on a connection whose answers have all been given', async () => {
  const provider: Partial<Provider> = { runInContainer: async () => ({ exitCode: 0 }) };
  const { connect } = await start({ node: sampleNode({ provider }) });
  const socket = await connect();
  let said = '';
  socket.on('data', (bytes: Buffer) => (said += bytes.toString('latin1')));
  socket.write('GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n');
  await vi.waitFor(() => expect(said).toContain('\r\n\r\nok'));
  socket.write(
    'POST /exec/default/web/app?command=true&output=1 HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
  );
  await vi.waitFor(() => expect(said).toContain('HTTP/1.1 101 '));
  socket.destroy();
});

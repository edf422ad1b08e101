import type { Socket } from 'node:net';
import { dialRemoteCommand } from '@vk/streaming';
import { afterEach, expect, test } from 'vitest';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import type { Provider } from '../provider/provider.ts';
import { routeTable } from './routing/route-table.ts';
import { sampleNode } from './testing/sample-node.ts';
import { startApi, type StartApiOptions, type StartedApi } from './testing/start-api.ts';
import { reasonOf } from './testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: StartApiOptions = {}): Promise<StartedApi> {
  const api = await startApi(options);
  stops.push(api.stop);
  return api;
}

async function everything(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** A provider that can do all, and that counts how often it is asked. */
function able(): { readonly provider: Partial<Provider>; readonly asked: { times: number } } {
  const asked = { times: 0 };
  const count = async <T>(value: T): Promise<T> => {
    asked.times += 1;
    return value;
  };
  return {
    asked,
    provider: {
      getPods: () => count([]),
      getContainerLogs: async function* () {
        asked.times += 1;
        yield { bytes: Buffer.from('secret\n') };
      },
      runInContainer: () => count({ exitCode: 0 }),
      attachToContainer: () => count(undefined),
      portForward: () => count(undefined),
      getStatsSummary: () => count({ node: { startTime: '' }, pods: [] }),
      getMetricsResource: () => count([]),
      getContainerMetrics: () => count([]),
      getProbeMetrics: () => count([]),
      checkpointContainer: () => count({ items: [] }),
    },
  };
}

function filled(path: string): string {
  return path.replace('{namespace}/{pod}', 'default/web').replace('{uid}', 'uid-of-web').replace('{container}', 'app');
}

const upgrades = [
  ['SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
  ['websocket', 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
] as const;

function upgradeRequest(path: string, method: string, [protocol, headers]: readonly [string, string]): string {
  return `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${headers}\r\n\r\n`;
}

test('kubeadm#178: no route answers somebody who is not known, by no method and no upgrade', async () => {
  const { provider, asked } = able();
  const api = await start({
    node: sampleNode({ provider }),
    decide: () => ({ allowed: false, status: 401, message: 'Unauthorized' }),
  });
  for (const { path } of Object.values(routeTable)) {
    for (const method of ['GET', 'POST', 'PUT']) {
      expect(await api.get(filled(path), { method }), path).toMatchObject({ status: 401, body: 'Unauthorized\n' });
      for (const upgrade of upgrades) {
        const socket = await api.connect();
        socket.write(upgradeRequest(filled(path), method, upgrade));
        expect(await everything(socket), path).toMatch(/^HTTP\/1\.1 401 /);
      }
    }
  }
  expect(asked.times).toBe(0);
});

test('kubernetes#136550: a WebSocket GET of exec, attach and port-forward does not get by with the right to read', async () => {
  const { provider, asked } = able();
  const api = await start({
    node: sampleNode({ provider }),
    decide: ({ verb }) =>
      verb === 'get'
        ? { allowed: true, user: { username: 'reader', groups: [] } }
        : { allowed: false, status: 403, message: 'Forbidden' },
  });
  for (const path of [
    '/exec/default/web/app?command=id&output=1',
    '/attach/default/web/app?output=1',
    '/portForward/default/web?port=22',
  ]) {
    const socket = await api.connect();
    socket.write(upgradeRequest(path, 'GET', upgrades[1]));
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 403 /);
  }
  expect(await api.get('/run/default/web/app?cmd=id')).toMatchObject({ status: 403 });
  expect(asked.times).toBe(0);
});

test.each(upgrades)(
  'CVE-2018-1002105: after a failed upgrade to %s the socket is closed, and what was sent behind it is no request',
  async (...upgrade) => {
    const { provider, asked } = able();
    const api = await start({ node: sampleNode({ provider }) });
    const socket = await api.connect();
    const failing = upgradeRequest('/exec/default/gone/app?command=id&output=1', 'GET', upgrade);
    socket.write(`${failing}GET /runningpods/ HTTP/1.1\r\nHost: x\r\n\r\n`);
    const said = await everything(socket);
    expect(said).toMatch(/^HTTP\/1\.1 404 /);
    expect(said).toContain('Connection: close');
    expect(said.split('HTTP/1.1')).toHaveLength(2);
    expect(asked.times).toBe(0);
    expect(api.questions).toHaveLength(1);
  },
);

test('CVE-2018-1002102, CVE-2020-8559: no answer is a redirect, to a request or to an upgrade', async () => {
  const { provider } = able();
  const api = await start({ node: sampleNode({ provider }) });
  const paths = [...Object.values(routeTable).map(({ path }) => filled(path)), '/pods/', '/', '/exec', '/runningpods'];
  for (const path of paths) {
    const { status, headers } = await api.get(path, { method: 'POST' });
    expect(status < 300 || status >= 400, path).toBe(true);
    expect(headers, path).not.toHaveProperty('location');
  }
});

test('CVE-2019-11248: there is nothing under /debug, and no profile or flags anywhere', async () => {
  const api = await start();
  for (const path of ['/debug/pprof/', '/debug/pprof/heap', '/debug/flags/v', '/flagz', '/statusz'])
    expect(await api.get(path), path).toMatchObject({ status: 404 });
});

test('CVE-2020-8551: paths and methods that a client makes up do not make new series of metrics', async () => {
  const metrics = new CoreMetrics();
  const api = await start({ metrics });
  await api.get('/pods');
  await api.get('/made/up/0');
  await api.get('/pods', { method: 'PROPFIND' });
  const series = (): number => metrics.registry.text().split('\n').length;
  const before = series();
  expect(metrics.registry.text()).toContain('virtual_kubelet_kubelet_requests_total{route="other",code="404"} 1');
  for (let index = 1; index < 50; index += 1) await api.get(`/made/up/${index}`);
  for (const method of ['REPORT', 'MKCOL', 'LOCK']) await api.get('/pods', { method });
  expect(series()).toBe(before);
});

test('CVE-2025-0426: checkpoints are written one at a time on a node, and by nobody who may only use the proxy', async () => {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const checkpointContainer: Provider['checkpointContainer'] = async () => {
    entered.resolve();
    await gate.promise;
    return { items: ['/checkpoints/app.tar'] };
  };
  const api = await start({ node: sampleNode({ provider: { checkpointContainer } }) });
  const first = api.get('/checkpoint/default/web/app', { method: 'POST' });
  await entered.promise;
  const second = await api.get('/checkpoint/default/web/app', { method: 'POST' });
  expect(second).toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
  gate.resolve();
  expect(await first).toMatchObject({ status: 200, body: '{"items":["/checkpoints/app.tar"]}' });
  expect(await api.get('/checkpoint/default/web/app', { method: 'POST' })).toMatchObject({ status: 200 });
  expect(new Set(api.questions.flatMap(({ subresources }) => subresources))).toEqual(new Set(['checkpoint']));
});

test('KHV047, CVE-2021-25741, CVE-2025-0750: a name in the path that leads elsewhere never reaches the provider', async () => {
  const { provider, asked } = able();
  const api = await start({ node: sampleNode({ provider }) });
  for (const name of ['..', '%2e%2e', '..%2f..%2fetc', '%2fetc%2fpasswd', 'web%00', '..%5c..', '.', 'web/../web']) {
    for (const path of [`/containerLogs/default/${name}/app`, `/containerLogs/default/web/${name}`, `/logs/${name}`]) {
      const { status } = await api.get(path);
      expect([400, 404], path).toContain(status);
    }
  }
  expect(asked.times).toBe(0);
});

test('KHV047: there is no server of files', async () => {
  const api = await start();
  for (const path of ['/logs/', '/logs/syslog', '/logs/?query=kubelet'])
    expect(await api.get(path), path).toMatchObject({ status: 404 });
});

test('CVE-2024-9042: what stands in a query of logs is a number, a time or a word of a list, or the request is refused', async () => {
  const { provider, asked } = able();
  const api = await start({ node: sampleNode({ provider }) });
  for (const query of [
    'tailLines=1;id',
    'sinceTime=$(id)',
    'stream=Stdout|id',
    'limitBytes=`id`',
    'sinceSeconds=1%0aid',
  ]) {
    const { status } = await api.get(`/containerLogs/default/web/app?${query}`);
    expect([400, 422], query).toContain(status);
  }
  expect(asked.times).toBe(0);
});

test.each(['0', '65536', '-1', '80,0', 'ssh', '0x50', '99999999999'])(
  'KEP-1898: a port-forward to %s, which is no port, is refused before the provider is asked',
  async (port) => {
    const { provider, asked } = able();
    const api = await start({ node: sampleNode({ provider }) });
    const socket = await api.connect();
    socket.write(upgradeRequest(`/portForward/default/web?port=${port}`, 'GET', upgrades[1]));
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 400 /);
    expect(asked.times).toBe(0);
  },
);

test('containerd CVE-2025-64329, CVE-2026-53495: a hundred clients that leave a stream leave no call of the provider behind', async () => {
  const running = new Set<AbortSignal>();
  const api = await start({
    node: sampleNode({
      provider: {
        attachToContainer: async (_ref, _container, _io, { signal }) => {
          running.add(signal);
          await reasonOf(signal);
          running.delete(signal);
        },
      },
    }),
  });
  const dialled = await Promise.all(
    Array.from({ length: 100 }, () =>
      dialRemoteCommand({
        target: { url: `${api.url}/attach/default/web/app?output=1` },
        transport: 'websocket',
        stdin: false,
        stdout: true,
        stderr: false,
        tty: false,
      }),
    ),
  );
  await Promise.all(dialled.map((client) => client.close()));
  await api.handler.drain(new AbortController().signal);
  expect(running.size).toBe(0);
});

test('CVE-2020-8557: the body of a request is not kept, however long it is', async () => {
  const api = await start();
  const socket = await api.connect();
  socket.on('error', () => socket.destroy());
  socket.resume();
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(`POST /run/default/web/app HTTP/1.1\r\nHost: x\r\nContent-Length: ${10 * 1024 * 1024}\r\n\r\n`);
  const block = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < 160 && !socket.destroyed; sent += 1) socket.write(block);
  await closed;
  expect(socket.bytesWritten).toBeGreaterThan(64 * 1024);
});

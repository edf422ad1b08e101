import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { ListenError } from '../kubelet-api/listener/listen-error.ts';
import { defineProvider } from '../provider/define-provider.ts';
import type { OptionalCapabilities } from '../provider/provider.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import { FakeBackend } from '../testing/fake-backend.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import { MemoryApi } from '../testing/memory-api.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { type KeyPair, TestCertificateAuthority } from '../testing/test-certificates.ts';
import { createNodes } from './create-nodes.ts';
import type { KubeletApiSettings } from './kubelet-api-settings.ts';
import type { NodesOptions } from './node-options.ts';

const clientAuthority = new TestCertificateAuthority('client CA');
const publishedCa = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface SetUpOptions extends Partial<Pick<NodesOptions, 'names' | 'addresses' | 'metrics'>> {
  readonly settings?: KubeletApiSettings;
  /** What these credentials may not do: the resource of a SelfSubjectAccessReview. */
  readonly denied?: readonly string[];
  readonly clientCa?: string;
  /** What the provider can do besides running pods. */
  readonly capabilities?: Partial<OptionalCapabilities>;
}

function setUp({ settings = {}, denied = [], clientCa, capabilities = {}, ...options }: SetUpOptions = {}) {
  const clock = new FakeClock({ now: Date.now() });
  const api = new MemoryApi();
  if (clientCa !== undefined)
    api.put(publishedCa, {
      metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
      data: { 'client-ca-file': clientCa },
    } as object);
  const memory = api.client.answer;
  const allowed = new Set<string>();
  api.client.answer = (request) => {
    const { spec } = (request.body ?? {}) as {
      spec?: {
        token?: string;
        user?: string;
        resourceAttributes?: { resource: string; verb: string; subresource: string; name: string };
      };
    };
    if (request.path.endsWith('/selfsubjectaccessreviews'))
      return { status: { allowed: !denied.includes(spec?.resourceAttributes?.resource ?? '') } };
    if (request.path.endsWith('/tokenreviews'))
      return { status: { authenticated: true, user: { username: spec?.token } } };
    if (request.path.endsWith('/subjectaccessreviews')) {
      const { verb, subresource, name } = spec?.resourceAttributes ?? { verb: '', subresource: '', name: '' };
      return { status: { allowed: allowed.has(`${spec?.user} ${verb} ${subresource} ${name}`) } };
    }
    return memory(request);
  };
  const lines: string[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (message) => void lines.push(message),
    error: (message) => void lines.push(message),
    with: () => log,
  };
  const nodes = createNodes({
    names: ['n'],
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    client: api.client,
    clock,
    log,
    random: () => 0,
    kubeletApi: settings,
    provider: defineProvider({
      name: 'fake',
      configSchema: { '~standard': { version: 1, vendor: 'tests', validate: (value) => ({ value }) } },
      injected: {
        'kube-api-access': 'omit',
        serviceLinks: 'omit',
        dnsPolicy: 'deliver',
        terminationMessage: 'deliver',
        defaultTolerations: 'deliver',
      },
      create: () => ({ ...new FakeBackend().provider({ notifies: true }), ...capabilities }),
    }),
    ...options,
  });
  const stop = new AbortController();
  const ended = nodes.run(stop.signal);
  ended.catch(() => undefined);
  const stopAndWait = async (): Promise<void> => {
    stop.abort(new Error('the test is over'));
    await ended.catch(() => undefined);
    expect(clock.pending).toBe(0);
  };
  stops.push(stopAndWait);
  const portOf = (name: string): number | undefined => api.node(name)?.status?.daemonEndpoints?.kubeletEndpoint?.Port;
  return { clock, api, lines, nodes, ended, allowed, portOf, stop: stopAndWait };
}

function ask(
  port: number,
  path: string,
  caller: { readonly token?: string; readonly identity?: KeyPair } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { token, identity } = caller;
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request = httpsRequest(
      { host: '127.0.0.1', port, path, headers, agent: false, rejectUnauthorized: false, ...identity },
      (response) => {
        let body = '';
        response.on('data', (data: Buffer) => (body += data.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on('error', reject).end();
  });
}

describe('the kubelet API of a node', () => {
  it('is published with the port that the system chose, before the Node is Ready', async () => {
    const { api, nodes, portOf } = setUp();
    const ports: unknown[] = [];
    api.before = (line) => {
      if (line === 'POST /api/v1/nodes') ports.push('created');
    };
    await nodes.ready;
    expect(portOf('n')).toBeGreaterThan(1_023);
    const created = api.client.requests.find(({ method, path }) => method === 'POST' && path === '/api/v1/nodes');
    expect(created?.body).toMatchObject({
      status: {
        daemonEndpoints: { kubeletEndpoint: { Port: portOf('n') } },
        declaredFeatures: ['ExtendWebSocketsToKubelet'],
      },
    });
    expect(ports).toEqual(['created']);
  });

  it('serves those who may, by token and by certificate of the CA that the cluster publishes, and nobody else', async () => {
    const { nodes, allowed, portOf } = setUp({ clientCa: clientAuthority.cert });
    await nodes.ready;
    const port = portOf('n') ?? 0;
    const identity = clientAuthority.issue({ commonName: 'apiserver' });
    expect((await ask(port, '/pods')).status).toBe(401);
    expect((await ask(port, '/pods', { token: 'agent' })).status).toBe(403);
    expect((await ask(port, '/pods', { identity })).status).toBe(403);
    allowed.add('robot get pods n').add('apiserver get proxy n');
    expect((await ask(port, '/pods', { token: 'robot' })).status).toBe(200);
    const other = clientAuthority.issue({ commonName: 'somebody' });
    expect((await ask(port, '/pods', { identity: other })).status).toBe(403);
    const stranger = new TestCertificateAuthority('client CA').issue({ commonName: 'apiserver' });
    expect((await ask(port, '/pods', { identity: stranger })).status).toBe(401);
  });

  it('follows the CA that the cluster publishes', async () => {
    const { nodes, api, allowed, portOf } = setUp({ clientCa: clientAuthority.cert });
    await nodes.ready;
    allowed.add('apiserver get pods n');
    const next = new TestCertificateAuthority('next client CA');
    const identity = next.issue({ commonName: 'apiserver' });
    expect((await ask(portOf('n') ?? 0, '/pods', { identity })).status).toBe(401);
    const { metadata } = api.objects.get(publishedCa) ?? {};
    api.put(publishedCa, { metadata, data: { 'client-ca-file': next.cert } } as object);
    await expect.poll(async () => (await ask(portOf('n') ?? 0, '/pods', { identity })).status).toBe(200);
  });

  it('goes on following it after its watch broke off, which is told and counted', async () => {
    const metrics = new CoreMetrics();
    const { nodes, api, clock, lines } = setUp({ clientCa: clientAuthority.cert, metrics });
    await nodes.ready;
    const path = publishedCa.slice(0, publishedCa.lastIndexOf('/'));
    const open = () => api.watches.filter((watch) => watch.path === path && !watch.stream.isClosed);
    await expect.poll(open).toHaveLength(1);
    open()[0]?.stream.fail(new Error('the connection was reset'));
    await expect.poll(() => lines).toContain('A watch broke off and goes on');
    expect(metrics.registry.text()).toMatch(
      /virtual_kubelet_watch_restarts_total\{[^}]*resource="configmaps"[^}]*\} 1\n/,
    );
    await clock.advance(60_000);
    expect(open()).toHaveLength(1);
  });

  it('accepts no client certificate where no client CA is known, and says so when it starts', async () => {
    const { nodes, lines, allowed, portOf } = setUp();
    await nodes.ready;
    allowed.add('apiserver get pods n');
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Client certificates are not accepted.*--client-ca-file.*extension-apiserver-authentication-reader/,
      ),
    );
    const identity = clientAuthority.issue({ commonName: 'apiserver' });
    expect((await ask(portOf('n') ?? 0, '/pods', { identity })).status).toBe(401);
    expect((await ask(portOf('n') ?? 0, '/pods', { token: 'apiserver' })).status).toBe(200);
  });

  it('asks for no ConfigMap that its credentials may not read', async () => {
    const { nodes, api } = setUp({ denied: ['configmaps'] });
    await nodes.ready;
    expect(api.lines.filter((line) => line.includes('configmaps'))).toEqual([]);
  });

  it('is not served where nothing can be authorised: the Node publishes no port, and the log says what is missing', async () => {
    const { nodes, lines, portOf } = setUp({ denied: ['subjectaccessreviews'] });
    await nodes.ready;
    expect(portOf('n')).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/may not create subjectaccessreviews.*system:auth-delegator.*Nothing is served/),
    ]);
  });

  it('is not served without an address at which an API server could reach it', async () => {
    const { nodes, lines, portOf } = setUp({ addresses: [] });
    await nodes.ready;
    expect(portOf('n')).toBe(0);
    expect(lines).toContainEqual(
      expect.stringMatching(/^The kubelet API is not served: the node has no InternalIP.*--node-ip/),
    );
  });

  it('keeps the process from starting when its port is taken', async () => {
    const first = setUp();
    await first.nodes.ready;
    const second = setUp({ settings: { port: first.portOf('n') ?? 0 } });
    await expect(second.ended).rejects.toBeInstanceOf(ListenError);
    expect(second.api.node('n')).toBeUndefined();
  });

  it('asks nothing of the API server while nobody asks it', async () => {
    const { nodes, api, clock } = setUp({ clientCa: clientAuthority.cert });
    await nodes.ready;
    const before = api.lines.length;
    await clock.advance(60_000);
    const asked = api.lines.slice(before).filter((line) => !line.includes('/leases/'));
    expect(asked).toEqual([]);
  });

  it('refuses handshakes while its certificate waits for approval, which keeps nothing else waiting', async () => {
    const { nodes, api, portOf } = setUp({ settings: { servingCertificate: { kind: 'csr' } } });
    await nodes.ready;
    const port = portOf('n') ?? 0;
    const failure = new Promise<Error>((resolve) => {
      connect({ host: '127.0.0.1', port, rejectUnauthorized: false }).once('error', resolve);
    });
    expect((await failure).message).toMatch(/handshake failure/);
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests/virtual-kubelet-serving-n';
    expect(api.objects.get(path)).toMatchObject({
      spec: { signerName: 'kubernetes.io/kubelet-serving', usages: ['digital signature', 'server auth'] },
    });
  });

  it('is gone before anything else stops', async () => {
    const { nodes, portOf, stop } = setUp();
    await nodes.ready;
    const port = portOf('n') ?? 0;
    await stop();
    await expect(ask(port, '/pods')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('the kubelet API of several nodes', () => {
  it('is one listener, whose port all of them publish, and the node of the pod is the one that is asked about', async () => {
    const { nodes, api, allowed, portOf } = setUp({ names: ['a', 'b'] });
    const pod = samplePod({ name: 'web' });
    api.put('/api/v1/namespaces/default/pods/web', { ...pod, spec: { ...pod.spec, nodeName: 'b' } } as object);
    await nodes.ready;
    expect(portOf('a')).toBe(portOf('b'));
    const port = portOf('a') ?? 0;
    const path = '/containerLogs/default/web/main';
    expect((await ask(port, path, { token: 'robot' })).body).toContain(
      'Forbidden (user=robot, verb=get, resource=nodes',
    );
    allowed.add('robot get proxy a');
    expect((await ask(port, path, { token: 'other' })).status).toBe(403);
    allowed.add('reader get proxy b');
    expect((await ask(port, path, { token: 'reader' })).status).not.toBe(403);
  });

  it('may be a listener for each', async () => {
    const { nodes, portOf } = setUp({ names: ['a', 'b'], settings: { listeners: 'per-node' } });
    await nodes.ready;
    expect(portOf('a')).not.toBe(portOf('b'));
  });

  it('shows of the metrics of nodes those of its own alone where each has one, and those of the process', async () => {
    const { nodes, portOf, allowed } = setUp({ names: ['a', 'b'], settings: { listeners: 'per-node' } });
    await nodes.ready;
    allowed.add('prometheus get metrics b');
    const { status, body } = await ask(portOf('b') ?? 0, '/metrics', { token: 'prometheus' });
    expect(status).toBe(200);
    const named = [...body.matchAll(/^virtual_kubelet_[a-z_]+\{node="([^"]*)"/gmu)].map(([, node]) => node);
    expect(new Set(named)).toEqual(new Set(['b']));
    expect(body).toContain('virtual_kubelet_work_queue_depth{');
    expect((await ask(portOf('a') ?? 0, '/metrics', { token: 'prometheus' })).status).toBe(403);
  });
});

describe('the listener for metrics', () => {
  it('gives them to those who may get nodes/metrics, and has nothing else', async () => {
    const free = setUp();
    await free.nodes.ready;
    const port = free.portOf('n') ?? 0;
    await free.stop();
    const { nodes, allowed } = setUp({ settings: { metricsAddress: { host: '127.0.0.1', port } } });
    await nodes.ready;
    expect((await ask(port, '/metrics')).status).toBe(401);
    expect((await ask(port, '/metrics', { token: 'agent' })).status).toBe(403);
    allowed.add('prometheus get metrics n');
    const answer = await ask(port, '/metrics', { token: 'prometheus' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('virtual_kubelet_node_ready');
    const expiry = /^virtual_kubelet_serving_certificate_expiration_timestamp_seconds (\d+)$/m.exec(answer.body)?.[1];
    expect(Number(expiry)).toBeGreaterThan(Date.now() / 1_000 + 364 * 86_400);
    expect((await ask(port, '/debug/pprof', { token: 'prometheus' })).status).toBe(404);
    expect((await ask(port, '/pods')).status).toBe(401);
  });
});

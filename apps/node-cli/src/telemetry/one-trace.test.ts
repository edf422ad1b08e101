import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { createDevCluster, type DevCluster } from '@vk/devcluster';
import { CoreMetrics, createKubeClient, createNode, loadKubeConfig, systemClock, type KubeClient } from '@vk/node';
import { annotationPrefix, mockProvider } from '@vk/provider-mock';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createLogger } from '../logging/pino-logger.ts';

/** Keeps spans as they end, and tells who waits for one. */
class SpanCollector implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  readonly #waiting = new Set<() => void>();

  onStart(): void {
    // Only what has ended counts.
  }

  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
    for (const look of this.#waiting) look();
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** The spans of one pod, without its events: those are written when there is time, each in a trace of its own. */
  of(pod: string): ReadableSpan[] {
    return this.spans.filter(({ name, attributes }) => name !== 'event write' && attributes['k8s.pod.name'] === pod);
  }

  /** Resolves with the first span of this name for the pod. */
  ended(name: string, pod: string): Promise<ReadableSpan> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.of(pod).find((span) => span.name === name);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

const collector = new SpanCollector();
const lines: string[] = [];
const metrics = new CoreMetrics();
const stop = new AbortController();
let directory: string;
let cluster: DevCluster;
let client: KubeClient;
let running: Promise<void>;

beforeAll(async () => {
  const contextManager = new AsyncLocalStorageContextManager();
  contextManager.enable();
  context.setGlobalContextManager(contextManager);
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [collector] }));

  directory = await mkdtemp(join(tmpdir(), 'vk-trace-'));
  cluster = await createDevCluster();
  const path = join(directory, 'kubeconfig');
  await cluster.writeKubeconfig(path);
  client = createKubeClient({
    cluster: await loadKubeConfig({ path, environment: {} }),
    clock: systemClock,
    userAgent: 'test',
    onRequest: metrics.apiRequest,
  });
  const log = await createLogger({
    level: 'info',
    format: 'json',
    colour: false,
    output: { write: (text) => void lines.push(text) },
  });
  const nodes = createNode({ name: 'traced', client, provider: mockProvider, metrics, log });
  running = nodes.run(stop.signal);
  await nodes.ready;
});

afterAll(async () => {
  stop.abort(new Error('the test is over'));
  await running;
  await client.close();
  await cluster.close();
  trace.disable();
  context.disable();
  await rm(directory, { recursive: true });
});

async function createPod(
  name: string,
  pod: { annotations?: Record<string, string>; env?: object[] } = {},
): Promise<void> {
  await client.request({
    verb: 'create',
    method: 'POST',
    path: '/api/v1/namespaces/default/pods',
    body: {
      metadata: { name, annotations: pod.annotations ?? {} },
      spec: { nodeName: 'traced', containers: [{ name: 'main', image: 'nginx', env: pod.env ?? [] }] },
    },
    signal: stop.signal,
  });
}

function lineWith(text: string, pod: string): Record<string, unknown> {
  const line = lines.find((candidate) => candidate.includes(`"${text}"`) && candidate.includes(`default/${pod}`));
  return JSON.parse(line ?? '{}') as Record<string, unknown>;
}

function traceOf(span: ReadableSpan): string {
  return span.spanContext().traceId;
}

it('is one trace from the watch event over the work and the provider to the acknowledged status', async () => {
  await createPod('web');
  const root = await collector.ended('pod create', 'web');
  const spans = collector.of('web');
  expect(new Set(spans.map(traceOf))).toEqual(new Set([traceOf(root)]));
  expect(root.parentSpanContext).toBeUndefined();
  const named = (name: string): ReadableSpan[] => spans.filter((span) => span.name === name);
  const [call] = named('provider createPod');
  const [write] = named('pod status write');
  expect(named('pod sync').map(({ parentSpanContext }) => parentSpanContext?.spanId)).toContain(
    root.spanContext().spanId,
  );
  expect(named('pod sync').map((span) => span.spanContext().spanId)).toContain(call?.parentSpanContext?.spanId);
  expect(write?.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
  expect(root.attributes).toEqual({
    'k8s.node.name': 'traced',
    'k8s.namespace.name': 'default',
    'k8s.pod.name': 'web',
    'k8s.pod.uid': expect.any(String) as string,
  });
});

it('leads from log lines to the trace', () => {
  const [root] = collector.of('web').filter(({ name }) => name === 'pod create');
  expect(lineWith('Pod created', 'web')).toMatchObject({
    trace_id: root?.spanContext().traceId,
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    node: 'traced',
    pod: 'default/web',
  });
});

it('is one trace for a deletion, until the pod is forgotten', async () => {
  await client.request({
    verb: 'delete',
    method: 'DELETE',
    path: '/api/v1/namespaces/default/pods/web',
    signal: stop.signal,
  });
  const root = await collector.ended('pod delete', 'web');
  const names = collector.of('web').flatMap((span) => (traceOf(span) === traceOf(root) ? [span.name] : []));
  expect(new Set(names)).toEqual(
    new Set([
      'pod delete',
      'pod sync',
      'provider deletePod',
      'pod status write',
      'pod API delete',
      'provider removePod',
    ]),
  );
});

it('shows what failed by its kind, without its text, and the log line about it leads there', async () => {
  await createPod('fails', {
    annotations: { [`${annotationPrefix}start-error`]: 'transient', [`${annotationPrefix}start-error-count`]: '1' },
  });
  const root = await collector.ended('pod create', 'fails');
  const [call] = collector.of('fails').filter(({ name }) => name === 'provider createPod');
  expect(call?.status).toEqual({ code: 2 });
  expect(call?.attributes['error.type']).toBe('Error');
  expect(call?.events).toEqual([]);
  expect(lineWith('Work on a pod failed', 'fails')).toMatchObject({
    trace_id: traceOf(root),
    span_id: call?.spanContext().spanId,
  });
});

it('holds no Secret', async () => {
  await client.request({
    verb: 'create',
    method: 'POST',
    path: '/api/v1/namespaces/default/secrets',
    body: { metadata: { name: 'login' }, stringData: { password: 'hunter-2' } },
    signal: stop.signal,
  });
  await createPod('secretive', {
    env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } }],
  });
  await collector.ended('pod create', 'secretive');
  const said = collector.spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events }));
  expect(JSON.stringify(said)).not.toContain('hunter-2');
  expect(JSON.stringify(said)).not.toContain(Buffer.from('hunter-2').toString('base64'));
});

it('also writes the Node, its lease, events and the calls that are about no pod in spans', async () => {
  // Events are written a moment after what they tell of.
  await expect
    .poll(() => collector.spans.map(({ name }) => name), { timeout: 10_000 })
    .toEqual(
      expect.arrayContaining([
        'node create',
        'node status write',
        'node lease renew',
        'event write',
        'provider configureNode',
        'provider getPods',
        'provider ping',
      ]),
    );
});

it('counts the same in the metrics, with no label that names a pod', async () => {
  // The pod that failed once may or may not run by now. A phase counts when the watch shows it, a moment after its write.
  const shown = /virtual_kubelet_pods\{node="traced",phase="Running"\} [12]\n/;
  await vi.waitFor(() => expect(metrics.registry.text()).toMatch(shown));
  const text = metrics.registry.text();
  expect(text).toContain('virtual_kubelet_node_ready{node="traced"} 1\n');
  expect(text).toContain('virtual_kubelet_provider_call_errors_total{method="createPod",reason="Error"} 1\n');
  expect(text).toContain('virtual_kubelet_work_retries_total{queue="pods"} 1\n');
  expect(text).toMatch(/virtual_kubelet_pod_status_latency_seconds_count\{change="delete"\} 1\n/);
  for (const pod of ['web', 'fails', 'secretive']) expect(text).not.toContain(pod);
});

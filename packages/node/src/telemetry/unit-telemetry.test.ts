import { SpanKind, trace, TraceFlags, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderCall } from '../pods/provider-calls.ts';
import type { CallContext } from '../provider/call-context.ts';
import { silentLogger } from '../provider/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { CoreMetrics } from './core-metrics.ts';
import { TracedNodeApi } from './traced-node-api.ts';
import { unitTelemetry } from './unit-telemetry.ts';

const context: CallContext = { signal: new AbortController().signal, log: silentLogger };
const begun: { name: string; kind: SpanKind | undefined }[] = [];

beforeAll(() => {
  const startSpan = (name: string, options: SpanOptions): Span => {
    begun.push({ name, kind: options.kind });
    return trace.wrapSpanContext({
      traceId: '1'.repeat(32),
      spanId: begun.length.toString(16).padStart(16, '0'),
      traceFlags: TraceFlags.SAMPLED,
    });
  };
  const tracer = { startSpan } as unknown as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
});
afterAll(() => trace.disable());
beforeEach(() => void begun.splice(0));

function setUp() {
  const metrics = new CoreMetrics();
  const seen: ProviderCall[] = [];
  const telemetry = unitTelemetry({
    metrics,
    clock: new FakeClock(),
    nodeName: 'n',
    leaseDurationSeconds: 40,
    observe: (call, proceed) => {
      seen.push(call);
      return proceed();
    },
  });
  const calls = (): string[] =>
    metrics.registry
      .text()
      .split('\n')
      .filter((line) => /^virtual_kubelet_provider_call_(duration_seconds_count|errors_total)\{/.test(line));
  return { telemetry, seen, calls };
}

describe('the calls that the Node makes of a provider', () => {
  it('are seen, timed and traced when they are pings, also those that fail', async () => {
    const { telemetry, seen, calls } = setUp();
    let fails = false;
    const { ping } = telemetry.observeNode({
      ping: () => {
        if (fails) throw new Error('the backend is down');
        return Promise.resolve();
      },
    });
    await ping?.(context);
    fails = true;
    await expect(ping?.(context)).rejects.toThrow('the backend is down');
    expect(seen).toEqual([{ method: 'ping' }, { method: 'ping' }]);
    expect(calls()).toEqual([
      'virtual_kubelet_provider_call_duration_seconds_count{method="ping"} 2',
      'virtual_kubelet_provider_call_errors_total{method="ping",reason="Error"} 1',
    ]);
    expect(begun).toEqual(Array.from({ length: 2 }, () => ({ name: 'provider ping', kind: SpanKind.CLIENT })));
  });

  it('are seen and their failures counted when they are subscriptions, whose length is no duration of a call', async () => {
    const { telemetry, seen, calls } = setUp();
    const ends = [Promise.resolve(), Promise.reject(new Error('the stream broke off'))];
    const { notifyNodeStatus } = telemetry.observeNode({ notifyNodeStatus: () => ends.shift() ?? Promise.resolve() });
    await notifyNodeStatus?.(() => undefined, context);
    expect(calls()).toEqual([]);
    await expect(notifyNodeStatus?.(() => undefined, context)).rejects.toThrow('the stream broke off');
    expect(seen).toEqual(Array.from({ length: 2 }, () => ({ method: 'notifyNodeStatus', lasts: true })));
    expect(calls()).toEqual(['virtual_kubelet_provider_call_errors_total{method="notifyNodeStatus",reason="Error"} 1']);
    expect(begun).toEqual([]);
  });

  it('are those alone that the provider has', () => {
    expect(Object.keys(setUp().telemetry.observeNode({}))).toEqual([]);
  });
});

it('the write of an event is a span, and fails as the write does', async () => {
  const { telemetry } = setUp();
  const involved = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u' };
  let written = 0;
  await telemetry.observeEvent(involved, async () => void written++);
  await expect(telemetry.observeEvent(involved, () => Promise.reject(new Error('no answer')))).rejects.toThrow(
    'no answer',
  );
  expect(written).toBe(1);
  expect(begun).toEqual(Array.from({ length: 2 }, () => ({ name: 'event write', kind: SpanKind.CLIENT })));
});

it('every request of the node for its Node and its lease is a span', async () => {
  const { telemetry } = setUp();
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  const api = new TracedNodeApi(
    {
      getNode: nothing,
      createNode: (node) => Promise.resolve(node),
      patchNodeStatus: (node) => Promise.resolve(node),
      patchNode: (node) => Promise.resolve(node),
      deleteNode: nothing,
      getLease: nothing,
      createLease: (lease) => Promise.resolve(lease),
      updateLease: (lease) => Promise.resolve(lease),
      deleteLease: nothing,
      mayI: nothing,
    },
    telemetry.node,
  );
  const { signal } = context;
  await api.getNode(signal);
  await api.createNode({}, signal);
  await api.patchNodeStatus({}, signal);
  await api.patchNode({}, signal);
  await api.deleteNode('u', signal);
  await api.getLease(signal);
  await api.createLease({}, signal);
  await api.updateLease({}, signal);
  await api.deleteLease(signal);
  expect(begun.map(({ name }) => name)).toEqual([
    'node read',
    'node create',
    'node status write',
    'node write',
    'node delete',
    'node lease read',
    'node lease renew',
    'node lease renew',
    'node lease delete',
  ]);
});

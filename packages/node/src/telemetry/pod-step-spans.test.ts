import { trace, TraceFlags, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { CoreMetrics } from './core-metrics.ts';
import { PodTelemetry } from './pod-telemetry.ts';

const ref = { namespace: 'shop', name: 'web', uid: 'u1' };
/** `name < parent`, in the order in which they began. */
const begun: string[] = [];
const names = new Map<string, string>();

function startSpan(name: string, _options: unknown, parent: Context | undefined): Span {
  const above = parent === undefined ? undefined : trace.getSpanContext(parent)?.spanId;
  const spanId = (begun.length + 1).toString(16).padStart(16, '0');
  names.set(spanId, name);
  begun.push(above === undefined ? name : `${name} < ${names.get(above) ?? '?'}`);
  return trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId, traceFlags: TraceFlags.SAMPLED });
}

beforeAll(() => {
  const tracer = { startSpan } as unknown as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
});
afterAll(() => trace.disable());

it('puts every step under the change that it follows, and those of later on a root of their own, without probes', async () => {
  const telemetry = new PodTelemetry({ metrics: new CoreMetrics(), clock: new FakeClock(), nodeName: 'n' });
  const take = (step: string): Promise<void> =>
    telemetry.step({ ref, step, container: 'app' }, () => Promise.resolve());
  telemetry.changed(ref, 'create');
  await take('start-container');
  await take('probe');
  telemetry.forgotten(ref);
  await take('start-container');
  await take('probe');
  expect(begun).toEqual([
    'pod create',
    'pod start-container < pod create',
    'pod probe < pod create',
    'pod start-container',
  ]);
});

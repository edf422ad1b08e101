import { context, diag, propagation, trace } from '@opentelemetry/api';
import { systemClock } from '@vk/node';
import { silentLogger, type LogFields, type Logger } from '@vk/node/provider';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resourceOf, startTracing, type TracingOptions } from './tracing.ts';
import type { TraceFlags } from './tracing-wish.ts';

const servers: Server[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  trace.disable();
  context.disable();
  propagation.disable();
  diag.disable();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A collector that keeps what it is sent. */
async function collector(): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      bodies.push(`${request.url} ${body}`);
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

function options(
  flags: TraceFlags,
  environment: Record<string, string> = {},
  log: Logger = silentLogger,
): TracingOptions {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return {
    flags,
    environment,
    nodeNames: ['edge-1'],
    operatingSystem: 'linux',
    provider: 'mock',
    version: '1.2.3',
    clock: systemClock,
    log,
  };
}

function makeSpan(): string {
  const span = trace.getTracer('test').startSpan('made here');
  span.end();
  return span.spanContext().traceId;
}

describe('tracing', () => {
  it('is not there unless it is asked for', async () => {
    const tracing = await startTracing(options({}));
    expect(makeSpan()).toMatch(/^0+$/);
    await tracing.close();
  });

  it('sends what was made to where the variables say, with the node, the provider and the tags, before it ends', async () => {
    const { url, bodies } = await collector();
    const tracing = await startTracing(
      options(
        { traceExporter: ['otlp'], traceTag: { site: 'hall-3' } },
        { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      ),
    );
    const traceId = makeSpan();
    await tracing.close();
    expect(bodies).toHaveLength(1);
    const [body = ''] = bodies;
    expect(body).toMatch(/^\/v1\/traces /);
    for (const text of [traceId, 'made here', 'hall-3', 'edge-1', 'virtual_kubelet.provider', '1.2.3'])
      expect(body).toContain(text);
    expect(body).not.toContain('process.command');
  });

  it('keeps no trace at a rate of never', async () => {
    const { url, bodies } = await collector();
    const flags: TraceFlags = { traceExporter: ['otlp'], traceSampleRate: 0 };
    const tracing = await startTracing(options(flags, { OTEL_EXPORTER_OTLP_ENDPOINT: url }));
    makeSpan();
    await tracing.close();
    expect(bodies).toEqual([]);
  });

  it('says in the log what was wrong with a flag', async () => {
    const warnings: string[] = [];
    const log: Logger = {
      ...silentLogger,
      warn: (message: string, _fields?: LogFields) => void warnings.push(message),
    };
    await startTracing(options({ traceExporter: ['zpages'] }, {}, log));
    expect(warnings).toEqual([expect.stringMatching(/^--trace-exporter zpages has no effect/) as string]);
  });
});

describe('the name of the service', () => {
  it('is that of the flag, else of the variable, else virtual-kubelet', () => {
    const name = (flags: TraceFlags, environment: Record<string, string> = {}): string | undefined =>
      resourceOf({ ...options(flags), environment })['service.name'];
    expect(name({ traceServiceName: 'typed' }, { OTEL_SERVICE_NAME: 'set' })).toBe('typed');
    expect(name({}, { OTEL_SERVICE_NAME: 'set' })).toBe('set');
    expect(name({}, { OTEL_SERVICE_NAME: '' })).toBe('virtual-kubelet');
  });

  it('comes with the node only where there is one', () => {
    expect(resourceOf({ ...options({}), nodeNames: ['a', 'b'] })).not.toHaveProperty('k8s.node.name');
  });
});

import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { networkProbeRunner } from './network-probe-runner.ts';
import type { HttpTarget } from './probe-runner.ts';
import { httpTarget } from './probe-target.ts';

const started: (Server | Http2Server)[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) {
    await new Promise((resolve) => {
      server.close(resolve);
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  }
});

async function listen(server: Server | Http2Server): Promise<number> {
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const { signal } = new AbortController();
const clock = new FakeClock();
const probes = networkProbeRunner(clock);

function target(port: number, change: Partial<HttpTarget> = {}): HttpTarget {
  return { scheme: 'http', host: '127.0.0.1', port, path: '/', headers: [], userAgent: 'kube-probe/1.36', ...change };
}

describe('a probe by HTTP', () => {
  it.each([
    { status: 200, result: 'success' },
    { status: 299, result: 'success' },
    { status: 304, result: 'warning' },
    { status: 399, result: 'warning' },
    { status: 404, result: 'failure' },
    { status: 500, result: 'failure' },
  ])('that is answered with $status is a $result', async ({ status, result }) => {
    const port = await listen(createServer((_request, response) => response.writeHead(status).end('body')));
    const outputs: Readonly<Record<string, string>> = {
      success: 'body',
      warning: `Probe terminated redirects, Response body: ${status === 304 ? '' : 'body'}`,
      failure: `HTTP probe failed with statuscode: ${status}`,
    };
    expect(await probes.http(target(port), 1_000, signal)).toEqual({ result, output: outputs[result] });
  });

  it('sends its own headers, and says who asks where they do not', async () => {
    const seen: unknown[] = [];
    const port = await listen(
      createServer(({ headers }, response) => {
        seen.push([headers['user-agent'], headers['x-custom'], headers.accept]);
        response.end();
      }),
    );
    await probes.http(target(port, { headers: [['X-Custom', 'a']] }), 1_000, signal);
    await probes.http(target(port, { headers: [['User-Agent', 'mine']] }), 1_000, signal);
    expect(seen).toEqual([
      ['kube-probe/1.36', 'a', '*/*'],
      ['mine', undefined, '*/*'],
    ]);
  });

  it('follows a redirect on the same host, and warns of one to another', async () => {
    const port = await listen(
      createServer(({ url }, response) => {
        if (url === '/') response.writeHead(302, { location: '/there' }).end();
        else if (url === '/away') response.writeHead(302, { location: 'http://elsewhere.example/' }).end();
        else response.end('arrived');
      }),
    );
    expect(await probes.http(target(port), 1_000, signal)).toEqual({ result: 'success', output: 'arrived' });
    expect((await probes.http(target(port, { path: '/away' }), 1_000, signal)).result).toBe('warning');
  });

  it('that is sent round in circles fails after ten redirects', async () => {
    let asked = 0;
    const port = await listen(
      createServer((_request, response) => {
        asked += 1;
        response.writeHead(307, { location: '/again' }).end();
      }),
    );
    const outcome = await probes.http(target(port), 1_000, signal);
    expect(outcome).toEqual({ result: 'failure', output: 'stopped after 10 redirects' });
    expect(asked).toBe(10);
  });

  it('has a path of any text, as the spec allows it', async () => {
    const seen: unknown[] = [];
    const port = await listen(
      createServer(({ url }, response) => {
        seen.push(url);
        response.end();
      }),
    );
    const { path } = httpTarget({ path: '/health check/健?deep=a b#top', port }, { name: 'app' }, '127.0.0.1', 'probe');
    expect((await probes.http(target(port, { path }), 1_000, signal)).result).toBe('success');
    expect(seen).toEqual(['/health%20check/%E5%81%A5?deep=a%20b']);
  });

  it('fails when nobody listens, and when there is no answer in time', async () => {
    const asked = Promise.withResolvers<void>();
    const port = await listen(createServer(() => asked.resolve()));
    const late = probes.http(target(port), 1_000, signal);
    await asked.promise;
    await clock.advance(1_000);
    expect((await late).output).toContain('timeout after 1000 ms');
    expect((await probes.http(target(1), 1_000, signal)).result).toBe('failure');
  });
});

describe('a probe by TCP', () => {
  it('succeeds when the port is open, and fails when it is not', async () => {
    const port = await listen(createServer());
    expect((await probes.tcp({ host: '127.0.0.1', port }, 1_000, signal)).result).toBe('success');
    expect((await probes.tcp({ host: '127.0.0.1', port: 1 }, 1_000, signal)).result).toBe('failure');
  });
});

describe('a probe by gRPC', () => {
  /** Answers every call with this HealthCheckResponse status, or with this code of gRPC. */
  async function health(answer: { readonly serving?: number; readonly code?: number }): Promise<{
    readonly port: number;
    readonly bodies: Buffer[];
  }> {
    const bodies: Buffer[] = [];
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      stream.on('data', (part: Buffer) => bodies.push(part));
      stream.on('end', () => {
        if (answer.code !== undefined) {
          stream.respond(
            { ':status': 200, 'grpc-status': String(answer.code), 'grpc-message': 'no%20way' },
            { endStream: true },
          );
          return;
        }
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        const message = answer.serving === 0 ? [] : [0x08, answer.serving ?? 1];
        stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
      });
    });
    return { port: await listen(server), bodies };
  }

  it('asks for the service by name and succeeds while it serves', async () => {
    const { port, bodies } = await health({ serving: 1 });
    expect(await probes.grpc({ host: '127.0.0.1', port, service: 'db' }, 1_000, signal)).toEqual({
      result: 'success',
      output: 'service healthy',
    });
    expect(Buffer.concat(bodies)).toEqual(Buffer.from([0, 0, 0, 0, 4, 0x0a, 2, 0x64, 0x62]));
  });

  it.each([
    { answer: { serving: 2 }, output: 'service unhealthy (responded with "NOT_SERVING")' },
    { answer: { serving: 0 }, output: 'service unhealthy (responded with "UNKNOWN")' },
    { answer: { code: 5 }, output: 'error: health rpc probe failed: no way' },
    {
      answer: { code: 12 },
      output: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): no way',
    },
  ])('fails with words of its own: $output', async ({ answer, output }) => {
    const { port } = await health(answer);
    expect(await probes.grpc({ host: '127.0.0.1', port, service: '' }, 1_000, signal)).toEqual({
      result: 'failure',
      output,
    });
  });

  it('fails when nobody listens', async () => {
    const outcome = await probes.grpc({ host: '127.0.0.1', port: 1, service: '' }, 1_000, signal);
    expect(outcome.output).toMatch(/^error: failed to connect service at "127.0.0.1:1"/u);
  });
});

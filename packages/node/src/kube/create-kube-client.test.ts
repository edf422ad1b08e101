import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import {
  answer,
  failure,
  ScriptedApiServer,
  type ScriptedHandler,
  ScriptedStream,
} from '../testing/scripted-api-server.ts';
import { TestCertificateAuthority } from '../testing/test-certificates.ts';
import type { KubeRequest } from './client.ts';
import { createKubeClient, type KubeClientOptions, type ObservedExchange } from './create-kube-client.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { isNotFound, type KubeError } from './kube-error.ts';
import { KubeConnectionError } from './kube-connection-error.ts';

const authority = new TestCertificateAuthority();
const serverPair = authority.issue({ commonName: 'server', hosts: ['127.0.0.1'] });
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setUp(
  handler: ScriptedHandler,
  options: Partial<KubeClientOptions> & {
    tls?: boolean;
    credentials?: Credentials;
    server?: (url: string) => string;
  } = {},
) {
  const { tls = false, credentials, server: address = (url) => url, ...rest } = options;
  const server = await ScriptedApiServer.start({ handler, ...(tls ? { tls: serverPair } : {}) });
  ends.push(() => server.stop());
  const clock = new FakeClock();
  const cluster = {
    server: address(server.url),
    credentials: credentials ?? createCredentials(tls ? { ca: authority.cert } : {}),
    source: 'test',
  };
  const client = createKubeClient({ cluster, clock, userAgent: 'test/1', ...rest });
  ends.push(() => client.close());
  return { server, clock, client };
}

function get(path: string, more: Partial<KubeRequest> = {}): KubeRequest {
  return { verb: 'get', method: 'GET', path, signal: new AbortController().signal, ...more };
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a request', () => {
  it('sends JSON, the query without what is undefined, and its headers, and gives the parsed answer', async () => {
    const { server, client } = await setUp(() => answer(200, { ok: true }));
    const result = await client.request(
      get('/api/v1/pods', {
        method: 'PATCH',
        query: { limit: 5, watch: false, fieldSelector: 'spec.nodeName=a b', continue: undefined },
        body: { a: 1 },
        contentType: 'application/merge-patch+json',
      }),
    );
    expect(result).toEqual({ ok: true });
    const [request] = server.requests;
    expect(request?.path).toBe('/api/v1/pods');
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      limit: '5',
      watch: 'false',
      fieldSelector: 'spec.nodeName=a b',
    });
    expect(request?.body).toEqual({ a: 1 });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/merge-patch+json',
      accept: 'application/json',
      'user-agent': 'test/1',
    });
  });

  it('keeps the path of the address of the API server in front', async () => {
    const { server, client } = await setUp(() => answer(200, {}), { server: (url) => `${url}/k8s/clusters/c-1` });
    await client.request(get('/api/v1/nodes'));
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/nodes');
  });

  it('throws what the API server answers as an error that reads well and can be told apart', async () => {
    const { client } = await setUp(() => failure(404, 'NotFound', { message: 'pods "web" not found' }));
    const error = await caught(client.request(get('/api/v1/namespaces/default/pods/web', { query: { limit: 1 } })));
    expect(isNotFound(error)).toBe(true);
    expect((error as KubeError).message).toBe(
      'pods "web" not found (404 NotFound, GET /api/v1/namespaces/default/pods/web)',
    );
  });

  it('takes an answer that is no Status as it is, cut to a readable length', async () => {
    const { client } = await setUp(() => answer(502, `<html>${'x'.repeat(5_000)}`));
    const error = await caught(client.request(get('/api/v1/nodes')));
    expect(error).toMatchObject({ code: 502, reason: '' });
    expect((error as Error).message.length).toBeLessThan(400);
  });

  it('says how long to wait: Retry-After in seconds or as a date, else what the Status says', async () => {
    const answers = [
      failure(429, 'TooManyRequests', { details: { retryAfterSeconds: 9 } }),
      answer(429, {}, { 'retry-after': '3' }),
      answer(503, {}, { 'retry-after': new Date(Date.UTC(2026, 0, 1, 0, 0, 7)).toUTCString() }),
      answer(500, {}),
    ];
    const { client } = await setUp(() => answers.shift() ?? answer(200, {}));
    const waits: unknown[] = [];
    while (answers.length > 0) {
      waits.push(((await caught(client.request(get('/x')))) as KubeError).retryAfterMilliseconds);
    }
    expect(waits).toEqual([9_000, 3_000, 7_000, undefined]);
  });

  it('tells a connection that failed from an answer, in plain words', async () => {
    const { client, server } = await setUp(() => ({ kind: 'reset' }));
    const reset = await caught(client.request(get('/x')));
    expect(reset).toBeInstanceOf(KubeConnectionError);
    expect(reset).toMatchObject({ code: 'ECONNRESET' });
    const { port } = server;
    await server.stop();
    ends.splice(0, 1);
    const refused = await caught(client.request(get('/x')));
    expect(refused).toMatchObject({
      code: 'ECONNREFUSED',
      message: `no answer from the API server at http://127.0.0.1:${port}: connection refused`,
    });
  });

  it('fails after its time limit, and not before', async () => {
    const { client, clock } = await setUp(() => ({ kind: 'hang' }));
    let error: unknown;
    const request = (async () => {
      error = await caught(client.request(get('/x')));
    })();
    await clock.advance(29_999);
    expect(error).toBeUndefined();
    await clock.advance(1);
    await request;
    expect(error).toMatchObject({ name: 'KubeConnectionError', code: 'TIMEOUT' });
  });

  it('ends with the reason of the abort and leaves neither timer nor listener', async () => {
    const { client, clock } = await setUp(() => ({ kind: 'hang' }));
    const controller = new AbortController();
    const request = caught(client.request(get('/x', { signal: controller.signal })));
    await clock.whenPending();
    controller.abort(new Error('changed my mind'));
    expect(await request).toMatchObject({ message: 'changed my mind' });
    expect(clock.pending).toBe(0);
    expect(await caught(client.request(get('/x', { signal: controller.signal })))).toMatchObject({
      message: 'changed my mind',
    });
  });

  it('says so when a 2xx answer is not JSON, without quoting it', async () => {
    const { client } = await setUp(() => answer(200, '{"data":"c2VjcmV0"'));
    const error = await caught(client.request(get('/api/v1/namespaces/a/secrets/s')));
    expect(error).toMatchObject({ code: 'BAD_ANSWER' });
    expect((error as Error).message).not.toContain('c2VjcmV0');
  });

  it('renews the credentials once after a 401 and tries again', async () => {
    let token = 'old';
    const credentials: Credentials = {
      current: async () => ({ tls, headers: { authorization: `Bearer ${token}` } }),
      refresh: () => {
        token = 'new';
        return true;
      },
    };
    const tls = {};
    const { client, server } = await setUp(
      ({ headers }) =>
        headers['authorization'] === 'Bearer new' ? answer(200, { ok: 1 }) : failure(401, 'Unauthorized'),
      { credentials },
    );
    expect(await client.request(get('/x'))).toEqual({ ok: 1 });
    expect(server.requests).toHaveLength(2);
    server.handler = () => failure(401, 'Unauthorized');
    expect(await caught(client.request(get('/x')))).toMatchObject({ code: 401 });
    expect(server.requests).toHaveLength(4);
  });

  it('does not try again after a 401 when there is nothing to renew', async () => {
    const { client, server } = await setUp(() => failure(401, 'Unauthorized'));
    expect(await caught(client.request(get('/x')))).toMatchObject({ code: 401 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept: many DELETEs with a body need no more connections than may be open at once', async () => {
    const { client, server } = await setUp(() => answer(200, { kind: 'Status' }), { tls: true, requestConnections: 4 });
    const { signal } = new AbortController();
    const deletePod = (number: number): Promise<unknown> =>
      client.request({
        verb: 'delete',
        method: 'DELETE',
        path: `/api/v1/namespaces/default/pods/p${number}`,
        body: { preconditions: { uid: `u${number}` }, gracePeriodSeconds: 0 },
        signal,
      });
    await Promise.all(Array.from({ length: 200 }, (_, number) => deletePod(number)));
    expect(server.requests).toHaveLength(200);
    expect(server.connections).toBeLessThanOrEqual(4);
  });

  it('go to what is urgent first, and waiting for one is not held against the time limit', async () => {
    const first = Promise.withResolvers<void>();
    const { client, server, clock } = await setUp(
      async ({ path }) => {
        if (path === '/first') await first.promise;
        return answer(200, { path });
      },
      { requestConnections: 1 },
    );
    const answers = [
      client.request(get('/first', { timeoutMilliseconds: 120_000 })),
      client.request(get('/pod')),
      client.request(get('/lease', { urgent: true })),
    ];
    await clock.advance(60_000);
    first.resolve();
    await Promise.all(answers);
    expect(server.requests.map(({ path }) => path)).toEqual(['/first', '/lease', '/pod']);
  });

  it('of watches are apart: more open watches than request connections do not hold up a request', async () => {
    const { client, server } = await setUp(
      ({ path }) => (path === '/watch' ? { kind: 'stream', stream: new ScriptedStream() } : answer(200, { ok: 1 })),
      { requestConnections: 1 },
    );
    const controller = new AbortController();
    for (let watch = 0; watch < 5; watch++) {
      await client.stream(get('/watch', { verb: 'watch', signal: controller.signal }));
    }
    expect(await client.request(get('/x'))).toEqual({ ok: 1 });
    expect(server.connections).toBe(6);
    controller.abort();
  });

  it('are made anew when the client certificate changes, while an open watch goes on', async () => {
    const [first, second] = ['first', 'second'].map((commonName) => authority.issue({ commonName }));
    let tls = { ca: authority.cert, ...first };
    const credentials: Credentials = { current: async () => ({ tls, headers: {} }), refresh: () => false };
    const stream = new ScriptedStream();
    const { client, server } = await setUp(
      ({ path }) => (path === '/watch' ? { kind: 'stream', stream } : answer(200, {})),
      { tls: true, credentials },
    );
    const bytes = await client.stream(get('/watch'));
    await client.request(get('/x'));
    await client.request(get('/x'));
    tls = { ca: authority.cert, ...second };
    await client.request(get('/x'));
    expect(server.requests.map(({ clientName }) => clientName)).toEqual(['first', 'first', 'first', 'second']);
    stream.write('still here');
    const [chunk] = await collect(firstOf(bytes));
    expect(Buffer.from(chunk ?? []).toString()).toBe('still here');
  });

  it('are refused when the certificate of the server is not signed by our authority, or has expired', async () => {
    const stranger = new TestCertificateAuthority('stranger');
    const { client } = await setUp(() => answer(200, {}), {
      tls: true,
      credentials: createCredentials({ ca: stranger.cert }),
    });
    expect(await caught(client.request(get('/x')))).toMatchObject({
      message: expect.stringContaining('not signed by the certificate authority that was given'),
    });
    const trusting = await setUp(() => answer(200, { ok: 1 }), {
      tls: true,
      credentials: createCredentials({ ca: stranger.cert, insecureSkipTlsVerify: true }),
    });
    expect(await trusting.client.request(get('/x'))).toEqual({ ok: 1 });
  });
});

describe('a stream', () => {
  it('gives bytes as they come, and has no time limit once it has begun', async () => {
    const stream = new ScriptedStream();
    const { client, clock } = await setUp(() => ({ kind: 'stream', stream }));
    const bytes = await client.stream(get('/x'));
    expect(clock.pending).toBe(0);
    stream.write('one');
    const iterator = bytes[Symbol.asyncIterator]();
    expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('one');
    stream.end();
    expect((await iterator.next()).done).toBe(true);
  });

  it('throws a connection error when it is cut, and the reason when it is aborted', async () => {
    const cut = new ScriptedStream();
    const aborted = new ScriptedStream();
    const { client } = await setUp(({ path }) => ({ kind: 'stream', stream: path === '/cut' ? cut : aborted }));
    const cutBytes = await client.stream(get('/cut'));
    cut.write('x');
    cut.reset();
    expect(await caught(collect(cutBytes))).toBeInstanceOf(KubeConnectionError);
    const controller = new AbortController();
    const reading = caught(collect(await client.stream(get('/aborted', { signal: controller.signal }))));
    controller.abort(new Error('enough'));
    expect(await reading).toMatchObject({ message: 'enough' });
    await aborted.closed;
  });

  it('frees its connection when the reader stops', async () => {
    const stream = new ScriptedStream();
    const { client } = await setUp(() => ({ kind: 'stream', stream }));
    const bytes = await client.stream(get('/x'));
    stream.write('one');
    await collect(firstOf(bytes));
    await expect(stream.closed).resolves.toBeUndefined();
  });

  it('throws the answer of the API server when it is refused', async () => {
    const { client } = await setUp(() => failure(410, 'Expired'));
    expect(await caught(client.stream(get('/x')))).toMatchObject({ code: 410, reason: 'Expired' });
  });
});

describe('observation', () => {
  it('tells of every exchange: verb, path, status, duration, error', async () => {
    const seen: ObservedExchange[] = [];
    const answers = [answer(200, {}), failure(404, 'NotFound')];
    const { client } = await setUp(() => answers.shift() ?? { kind: 'reset' }, {
      onRequest: (each) => seen.push(each),
    });
    await client.request(get('/a'));
    await caught(client.request(get('/b')));
    await caught(client.stream(get('/c', { verb: 'watch' })));
    expect(seen).toMatchObject([
      { verb: 'get', path: '/a', status: 200, streaming: false, durationMilliseconds: 0 },
      { verb: 'get', path: '/b', status: 404, streaming: false },
      { verb: 'watch', path: '/c', streaming: true, error: { code: 'ECONNRESET' } },
    ]);
  });

  it('lets a middleware lose an answer, answer by itself, and change the request', async () => {
    const lost = new Error('lost');
    const { client, server } = await setUp(() => answer(200, { from: 'server' }), {
      middleware: async (exchange, next) => {
        if (exchange.path === '/own') {
          return { status: 200, headers: {}, text: async () => '{"from":"middleware"}', bytes: async function* () {} };
        }
        const response = await next({ ...exchange, query: { ...exchange.query, added: true } });
        if (exchange.path !== '/lost') return response;
        await response.text();
        throw lost;
      },
    });
    expect(await client.request(get('/own'))).toEqual({ from: 'middleware' });
    expect(await caught(client.request(get('/lost')))).toBe(lost);
    expect(await client.request(get('/plain'))).toEqual({ from: 'server' });
    expect(server.requests.map(({ path, query }) => [path, query.get('added')])).toEqual([
      ['/lost', 'true'],
      ['/plain', 'true'],
    ]);
  });
});

async function* firstOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    yield chunk;
    return;
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return chunks;
}

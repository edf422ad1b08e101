import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listenForMetrics, type MetricsListener } from './metrics-listener.ts';

const listeners: MetricsListener[] = [];
const errors: unknown[] = [];

async function listen(text: () => string = () => 'up 1\n', port = 0): Promise<MetricsListener> {
  const listener = await listenForMetrics({
    address: { host: '127.0.0.1', port },
    text,
    onError: (error) => errors.push(error),
  });
  listeners.push(listener);
  return listener;
}

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
  errors.length = 0;
});

/** The answer to a request as it was typed, to the end of the connection. */
function exchange(url: string, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (data) => (answer += data));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the listener for metrics', () => {
  it('serves GET /metrics in the text format', async () => {
    const { url } = await listen();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const answer = await fetch(`${url}?name[]=up`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toBe('up 1\n');
  });

  it('has nothing else', async () => {
    const { url } = await listen();
    for (const path of ['/', '/metrics/', '/debug/pprof', '/pods', '/metricsx'])
      expect((await fetch(new URL(path, url))).status, path).toBe(404);
    const answer = await fetch(url, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET');
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
  });

  it('answers no web page whose name was pointed at this machine', async () => {
    const { url } = await listen();
    const status = await new Promise((resolve, reject) => {
      request(url, { headers: { host: 'metrics.example.org' } }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('bounds headers, and closes after an answer that was none', async () => {
    const { url } = await listen();
    const large = await exchange(url, ['GET /metrics HTTP/1.1', 'Host: localhost', `X-Large: ${'x'.repeat(9_000)}`]);
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    const upgrade = await exchange(url, [
      'GET /x HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: SPDY/3.1',
    ]);
    expect(upgrade).toMatch(/^HTTP\/1\.1 404 /);
    expect(upgrade).toMatch(/\r\nConnection: close\r\n/i);
  });

  it('goes on when the metrics cannot be written down', async () => {
    let broken = true;
    const { url } = await listen(() => {
      if (broken) throw new Error('no figures');
      return 'up 1\n';
    });
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([500, 'the metrics cannot be written down\n']);
    expect(errors).toEqual([new Error('no figures')]);
    broken = false;
    expect((await fetch(url)).status).toBe(200);
  });

  it('says which address is taken', async () => {
    const { url } = await listen();
    const port = Number(new URL(url).port);
    await expect(listen(undefined, port)).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
  });

  it('ends open connections when it is closed', async () => {
    const listener = await listen();
    const { url } = listener;
    const ended = exchange(url, ['GET /metrics HTTP/1.1', 'Host: localhost']);
    await fetch(url);
    await listener.close();
    expect(await ended).toMatch(/^HTTP\/1\.1 200 /);
  });
});

import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HealthListener, listenForHealth } from './health-listener.ts';

const listeners: HealthListener[] = [];

async function listen(port = 0): Promise<HealthListener> {
  const listener = await listenForHealth({ host: '127.0.0.1', port });
  listeners.push(listener);
  return listener;
}

afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
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

describe('the listener for health', () => {
  it('says ok to GET /healthz, and shows nothing of the process (CVE-2019-11248)', async () => {
    const { url } = await listen();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/healthz$/);
    const answer = await fetch(`${url}?verbose`);
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  });

  it('has nothing else', async () => {
    const { url } = await listen();
    for (const path of ['/', '/metrics', '/healthz/', '/debug/pprof', '/pods', '/healthzx'])
      expect((await fetch(new URL(path, url))).status, path).toBe(404);
    const answer = await fetch(url, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET');
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
  });

  it('answers no web page whose name was pointed at this machine', async () => {
    const { url } = await listen();
    const status = await new Promise((resolve, reject) => {
      request(url, { headers: { host: 'health.example.org' } }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('bounds headers, and closes after an answer that was none', async () => {
    const { url } = await listen();
    const large = await exchange(url, ['GET /healthz HTTP/1.1', 'Host: localhost', `X-Large: ${'x'.repeat(9_000)}`]);
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

  it('says which address is taken', async () => {
    const { url } = await listen();
    const port = Number(new URL(url).port);
    await expect(listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
  });

  it('ends open connections when it is closed', async () => {
    const listener = await listen();
    const { url } = listener;
    const ended = exchange(url, ['GET /healthz HTTP/1.1', 'Host: localhost']);
    await fetch(url);
    await listener.close();
    expect(await ended).toMatch(/^HTTP\/1\.1 200 /);
  });
});

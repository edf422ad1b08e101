import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { answer, ScriptedApiServer } from '../testing/scripted-api-server.ts';
import { TestCertificateAuthority } from '../testing/test-certificates.ts';
import { openConnections } from './connections.ts';
import { createKubeClient } from './create-kube-client.ts';
import { createCredentials } from './credentials.ts';

const authority = new TestCertificateAuthority();
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Listens on 127.0.0.1 and gives the port; everything is cut when the test is over. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

/** Joins two sockets until one of them is gone. */
function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
}

/** Two requests through a proxy to an https API server. */
async function requestThrough(
  proxyUrl: string,
  servername?: string,
): Promise<{ answers: unknown[]; connections: number }> {
  const tls = authority.issue({ commonName: 'server', hosts: ['127.0.0.1', 'localhost'] });
  const server = await ScriptedApiServer.start({ handler: () => answer(200, { ok: true }), tls });
  ends.push(() => server.stop());
  const credentials = createCredentials({ ca: authority.cert, servername });
  const cluster = { server: server.url, credentials, proxyUrl, source: 'test' };
  const clock = new FakeClock();
  const client = createKubeClient({ cluster, clock, userAgent: 'test/1' });
  ends.push(() => client.close());
  const { signal } = new AbortController();
  const get = (): Promise<unknown> => client.request({ verb: 'get', method: 'GET', path: '/api/v1/nodes', signal });
  const first = await get();
  // A connection is free for the next request one turn of the event loop later.
  await clock.advance(0);
  return { answers: [first, await get()], connections: server.connections };
}

describe('proxy-url', () => {
  it('of an http proxy: the connection is tunnelled, TLS is with the API server itself, and it is kept', async () => {
    const asked: string[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
      const [host, port] = (request.url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        join(socket, onward);
      });
    });
    const port = await listen(proxy);
    const { answers, connections } = await requestThrough(`http://me:pass@127.0.0.1:${port}`);
    expect(answers).toEqual([{ ok: true }, { ok: true }]);
    expect(connections).toBe(1);
    expect(asked).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+ Basic bWU6cGFzcw==$/)]);
  });

  it('of a SOCKS proxy works as well', async () => {
    const asked: number[] = [];
    const proxy = createServer((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', (request) => {
          // RFC 1928: version, command, reserved, address type (1: IPv4), four bytes of address, two of port.
          const port = request.readUInt16BE(8);
          asked.push(port);
          const onward = connect(port, [...request.subarray(4, 8)].join('.'), () => {
            socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            join(socket, onward);
          });
        });
      });
    });
    const port = await listen(proxy);
    const { answers, connections } = await requestThrough(`socks5://127.0.0.1:${port}`, 'localhost');
    expect(answers).toEqual([{ ok: true }, { ok: true }]);
    expect(connections).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('of another kind is refused, without its password', async () => {
    const options = { server: new URL('https://api'), tls: {}, requestConnections: 1 };
    await expect(openConnections({ ...options, proxyUrl: 'ftp://me:pass@proxy' })).rejects.toThrow(/not "ftp"$/);
  });
});

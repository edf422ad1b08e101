import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig } from '@vk/node';

/** Stands between one subject and the API server, and counts what the subject asks for: the API server tells no clients apart. */
export interface CountingProxy {
  /** For the subject. */
  readonly kubeconfig: string;
  /** How many requests there were since the last call, by method and path, for example `PUT /apis/.../leases/node`. */
  take(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startCountingProxy(kubeconfig: string): Promise<CountingProxy> {
  const cluster = await loadKubeConfig({ path: kubeconfig, environment: {} });
  const { tls, headers } = await cluster.credentials.current(new AbortController().signal);
  const { ca, cert, key } = tls;
  let counts = new Map<string, number>();
  const server = createServer((incoming: IncomingMessage, answer: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', cluster.server);
    const kind = `${url.searchParams.has('watch') ? 'WATCH' : (incoming.method ?? '')} ${url.pathname}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const { host: _host, ...passed } = incoming.headers;
    const outgoing = request(url, { method: incoming.method, ca, cert, key, headers: passed });
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    outgoing.once('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      response.pipe(answer);
    });
    outgoing.once('error', (error) => answer.destroy(error));
    answer.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const directory = mkdtempSync(join(tmpdir(), 'vk-benchmark-proxy-'));
  const own = join(directory, 'kubeconfig');
  writeFileSync(own, kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return {
    kubeconfig: own,
    take() {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(directory, { recursive: true });
    },
  };
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  });
}

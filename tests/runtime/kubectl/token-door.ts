import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface TokenAnswer {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

interface Kubeconfig {
  readonly clusters: { name: string; cluster: { server: string; 'certificate-authority-data'?: string } }[];
  readonly users: {
    name: string;
    user: { 'client-certificate-data'?: string; 'client-key-data'?: string };
  }[];
}

/** A way to an API server on which service account tokens are soon to be renewed. */
export interface TokenDoor {
  /** The path of a kubeconfig that leads through it. */
  readonly kubeconfig: string;
  /** The tokens that have gone through, oldest first. */
  readonly tokens: readonly string[];
  close(): Promise<void>;
}

const shortLifeMilliseconds = 5_000;

/**
 * API servers give no token for less than ten minutes. Behind this door the first one is said to expire within seconds, so that
 * its holder renews it while a test waits; nothing else is changed.
 */
export async function openTokenDoor(kubeconfig: string): Promise<TokenDoor> {
  const config = JSON.parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error(`${kubeconfig} has no cluster or no user`);
  const decode = (data = ''): Buffer => Buffer.from(data, 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
  const tokens: string[] = [];

  async function pass(from: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { host: _host, ...asked } = from.headers;
    const url = new URL(from.url ?? '/', cluster?.server);
    const onward = httpsRequest(url, { agent, method: from.method, headers: asked });
    answer.on('close', () => onward.destroy());
    onward.on('error', () => answer.destroy());
    from.pipe(onward);
    const [back] = (await once(onward, 'response')) as [IncomingMessage];
    const { 'content-length': _length, ...headers } = back.headers;
    answer.writeHead(back.statusCode ?? 502, headers);
    if (from.method !== 'POST' || from.url?.endsWith('/token') !== true || back.statusCode !== 201) {
      answer.flushHeaders();
      back.pipe(answer);
      return;
    }
    const given = (await json(back)) as TokenAnswer;
    tokens.push(given.status.token);
    const soon = new Date(Date.now() + shortLifeMilliseconds).toISOString();
    const expirationTimestamp = tokens.length === 1 ? soon : given.status.expirationTimestamp;
    answer.end(JSON.stringify({ ...given, status: { ...given.status, expirationTimestamp } }));
  }

  const server = createServer((from, answer) => {
    pass(from, answer).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const through = {
    ...config,
    clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'test', user: {} }],
  };
  const path = `${kubeconfig}.door`;
  await writeFile(path, JSON.stringify(through), { mode: 0o600 });
  return {
    kubeconfig: path,
    tokens,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}

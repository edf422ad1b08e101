import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAddress, isLoopback, type LoopbackAddress } from './loopback-address.ts';

export interface HealthListener {
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Enough for a few probes; a client that is slow or does not stop cannot hold more than this. */
const limits = {
  maxHeaderSize: 8_192,
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const maximumConnections = 16;
const maximumHeaders = 50;

/**
 * Serves `GET /healthz` on this machine, and nothing else: it says that the process is there, and shows nothing of what it does,
 * since nobody there is asked who they are.
 *
 * @throws an error with code `EADDRINUSE` or the like when the address cannot be had.
 */
export async function listenForHealth(address: LoopbackAddress): Promise<HealthListener> {
  // Loaded by those alone who have it served.
  const { createServer } = await import('node:http');
  const server = createServer(limits, answer);
  server.maxConnections = maximumConnections;
  server.maxHeadersCount = maximumHeaders;
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${formatAddress({ host: address.host, port })}/healthz`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: LoopbackAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // A web page whose name was pointed at this machine gets nothing (DNS rebinding).
  if (!isLoopback(hostOf(request))) return end(response, 403, 'this address is for this machine only');
  if (request.url?.split('?', 1)[0] !== '/healthz') return end(response, 404, 'there is only /healthz');
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return end(response, 405, 'there is only GET');
  }
  return end(response, 200, 'ok');
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function end(response: ServerResponse, status: number, text: string): void {
  // What came with a request that is not answered is not waited for.
  if (status !== 200) response.setHeader('Connection', 'close');
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
    .end(text);
}

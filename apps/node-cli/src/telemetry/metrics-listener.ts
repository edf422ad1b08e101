import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { prometheusContentType } from '@vk/node';
import { formatAddress, isLoopback, type LoopbackAddress } from './loopback-address.ts';

export interface MetricsListenerOptions {
  readonly address: LoopbackAddress;
  /** The metrics in Prometheus's text format. */
  readonly text: () => string;
  /** Hears of what went wrong while they were written down. */
  readonly onError: (error: unknown) => void;
}

export interface MetricsListener {
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Enough for a few scrapers; a client that is slow or does not stop cannot hold more than this. */
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
 * Serves `GET /metrics` on this machine, and nothing else.
 *
 * @throws an error with code `EADDRINUSE` or the like when the address cannot be had.
 */
export async function listenForMetrics(options: MetricsListenerOptions): Promise<MetricsListener> {
  const { address } = options;
  const server = createServer(limits, (request, response) => answer(request, response, options));
  server.maxConnections = maximumConnections;
  server.maxHeadersCount = maximumHeaders;
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${formatAddress({ host: address.host, port })}/metrics`,
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

function answer(request: IncomingMessage, response: ServerResponse, { text, onError }: MetricsListenerOptions): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // A web page whose name was pointed at this machine gets nothing (DNS rebinding).
  if (!isLoopback(hostOf(request))) return end(response, 403, 'this address is for this machine only');
  if (request.url?.split('?', 1)[0] !== '/metrics') return end(response, 404, 'there is only /metrics');
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return end(response, 405, 'there is only GET');
  }
  try {
    return end(response, 200, text(), prometheusContentType);
  } catch (error) {
    onError(error);
    return end(response, 500, 'the metrics cannot be written down');
  }
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function end(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  const text = type === prometheusContentType ? body : `${body}\n`;
  // What came with a request that is not answered is not waited for.
  if (status !== 200) response.setHeader('Connection', 'close');
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TurnBudget } from '../work/turn-budget.ts';
import type { KubeCluster } from './config.ts';
import { type Connections, openConnections, retireConnections } from './connections.ts';
import type { TlsMaterial } from './credentials.ts';
import { request as httpRequest } from './http-module.ts';
import { connectionErrorFrom, KubeConnectionError } from './kube-connection-error.ts';
import type { KubeExchange, KubeResponse } from './middleware.ts';

export interface TransportOptions {
  readonly cluster: KubeCluster;
  readonly userAgent: string;
  readonly requestConnections: number;
}

/** A new connection takes most of a millisecond to begin: a burst that opens all of them at once would let nothing else have its turn. */
const requestsPerTurn = 16;

/** Carries exchanges over connections that are kept as long as the TLS material stays the same. */
export interface Transport {
  /** Gives any answer. Throws a `KubeConnectionError` when there is none, and `signal.reason` when aborted. */
  send(exchange: KubeExchange): Promise<KubeResponse>;
  close(): Promise<void>;
}

export function createTransport({ cluster, userAgent, requestConnections }: TransportOptions): Transport {
  const server = new URL(cluster.server);
  const address = { host: server.hostname.replace(/^\[|\]$/g, ''), port: server.port };
  const basePath = server.pathname.replace(/\/+$/, '');
  const newRequest = server.protocol === 'https:' ? httpsRequest : httpRequest;
  const inFlight = new Set<ClientRequest>();
  const turn = new TurnBudget(requestsPerTurn);
  let connections: Connections | undefined;
  let opening: { readonly tls: TlsMaterial; readonly opened: Promise<Connections> } | undefined;

  /** Opens connections once for everybody who waits for them. */
  function connectionsFor(tls: TlsMaterial): Promise<Connections> {
    if (opening?.tls !== tls) {
      const opened = openConnections({ server, proxyUrl: cluster.proxyUrl, tls, requestConnections });
      opening = { tls, opened: opened.then(replaceConnections) };
    }
    return opening.opened;
  }

  /** Watches last some minutes: what uses the connections before comes to its end on them. */
  function replaceConnections(opened: Connections): Connections {
    if (connections !== undefined) retireConnections(connections);
    connections = opened;
    return opened;
  }

  /** Resolves with the head of the answer. */
  function begin(options: RequestOptions, body: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = newRequest(options, resolve);
      // By hand: the `signal` option of Node.js watches the request from end to end, at several times the price.
      const onAbort = (): unknown => request.destroy(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      inFlight.add(request);
      // Also for what comes after the head of the answer: the reader of the body hears of that from the answer.
      request.on('error', reject);
      request.once('close', () => {
        inFlight.delete(request);
        signal.removeEventListener('abort', onAbort);
      });
      request.end(body);
    });
  }

  return {
    async send(exchange) {
      const { signal } = exchange;
      const failure = (cause: unknown): unknown =>
        signal.aborted ? signal.reason : connectionErrorFrom(cause, server.origin);
      const presented = await cluster.credentials.current(signal);
      const open = connections?.tls === presented.tls ? connections : await connectionsFor(presented.tls);
      if (!turn.tryTake()) await turn.take();
      signal.throwIfAborted();
      const body = exchange.body === undefined ? undefined : JSON.stringify(exchange.body);
      try {
        const response = await begin(
          {
            ...address,
            ...open.tlsOptions,
            agent: exchange.streaming ? open.streams : open.requests,
            path: basePath + exchange.path + queryString(exchange.query),
            method: exchange.method,
            headers: requestHeaders(exchange, body, { ...presented.headers, 'user-agent': userAgent }),
          },
          body,
          signal,
        );
        return {
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: () => readText(response, failure),
          bytes: () => readBytes(response, failure),
        };
      } catch (cause) {
        throw failure(cause);
      }
    },

    close() {
      const closed = new KubeConnectionError({ message: 'the client of the API server is closed', code: 'CLOSED' });
      for (const request of inFlight) request.destroy(closed);
      if (connections !== undefined) retireConnections(connections);
      return Promise.resolve();
    },
  };
}

type RequestHeaders = Record<string, string | string[]>;

function requestHeaders(
  { accept = 'application/json', contentType = 'application/json' }: KubeExchange,
  body: string | undefined,
  more: Record<string, string | readonly string[]>,
): RequestHeaders {
  const headers: RequestHeaders = { accept };
  if (body !== undefined) {
    headers['content-type'] = contentType;
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  for (const [name, value] of Object.entries(more)) headers[name] = typeof value === 'string' ? value : [...value];
  return headers;
}

function queryString(query: KubeExchange['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** The whole answer. An answer that breaks off is an error, never a short text. */
function readText(response: IncomingMessage, failure: (cause: unknown) => unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => resolve(textOf(chunks)));
    response.once('error', (cause) => reject(failure(cause)));
    response.once('close', () => {
      if (!response.complete) reject(failure(new Error('the answer broke off')));
    });
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return (chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)).toString('utf8');
}

async function* readBytes(
  response: IncomingMessage,
  failure: (cause: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* response as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw failure(cause);
  }
}

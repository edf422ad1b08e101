import type { KubeCluster } from './config.ts';
import { type Connections, openConnections } from './connections.ts';
import type { TlsMaterial } from './credentials.ts';
import { connectionErrorFrom } from './kube-connection-error.ts';
import type { KubeExchange, KubeResponse } from './middleware.ts';

export interface TransportOptions {
  readonly cluster: KubeCluster;
  readonly userAgent: string;
  readonly requestConnections: number;
}

/** Carries exchanges over connections that are kept as long as the TLS material stays the same. */
export interface Transport {
  /** Gives any answer. Throws a `KubeConnectionError` when there is none, and `signal.reason` when aborted. */
  send(exchange: KubeExchange): Promise<KubeResponse>;
  close(): Promise<void>;
}

export function createTransport({ cluster, userAgent, requestConnections }: TransportOptions): Transport {
  const server = new URL(cluster.server);
  const basePath = server.pathname.replace(/\/+$/, '');
  const retired = new Set<Connections>();
  let connections: Connections | undefined;

  function connectionsFor(tls: TlsMaterial): Connections {
    if (connections?.tls === tls) return connections;
    if (connections !== undefined) retire(connections);
    connections = openConnections({ server, proxyUrl: cluster.proxyUrl, tls, requestConnections });
    return connections;
  }

  /** Lets what is in flight come to its end: watches last some minutes. */
  function retire(old: Connections): void {
    retired.add(old);
    const forget = (): boolean => retired.delete(old);
    void Promise.all([old.requests.close(), old.streams.close()]).then(forget, forget);
  }

  return {
    async send(exchange) {
      const { signal, body } = exchange;
      const failure = (cause: unknown): unknown =>
        signal.aborted ? signal.reason : connectionErrorFrom(cause, server.origin);
      const presented = await cluster.credentials.current(signal);
      const { requests, streams } = connectionsFor(presented.tls);
      try {
        const response = await (exchange.streaming ? streams : requests).request({
          origin: server.origin,
          path: basePath + exchange.path + queryString(exchange.query),
          method: exchange.method,
          headers: requestHeaders(exchange, { ...presented.headers, 'user-agent': userAgent }),
          body: body === undefined ? null : JSON.stringify(body),
          // A DELETE with a body would cost its connection otherwise: see the decision record on HTTP/1.1.
          reset: false,
          signal,
        });
        return {
          status: response.statusCode,
          headers: response.headers,
          text: () => response.body.text().catch((cause: unknown) => Promise.reject(failure(cause) as Error)),
          bytes: () => readBytes(response.body, failure),
        };
      } catch (cause) {
        throw failure(cause);
      }
    },

    async close() {
      const open = connections === undefined ? [...retired] : [...retired, connections];
      await Promise.all(open.flatMap(({ requests, streams }) => [requests.destroy(), streams.destroy()]));
    },
  };
}

type RequestHeaders = Record<string, string | string[]>;

function requestHeaders(exchange: KubeExchange, more: Record<string, string | readonly string[]>): RequestHeaders {
  const { body, accept = 'application/json', contentType = 'application/json' } = exchange;
  const headers: RequestHeaders = { accept };
  if (body !== undefined) headers['content-type'] = contentType;
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

async function* readBytes(
  body: AsyncIterable<Uint8Array>,
  failure: (cause: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (cause) {
    throw failure(cause);
  }
}

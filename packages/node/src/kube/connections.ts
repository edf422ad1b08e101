import { isIP } from 'node:net';
import { type Dispatcher, Pool, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { TlsMaterial } from './credentials.ts';
import { KubeConfigError } from './kube-config-error.ts';

export interface ConnectionOptions {
  readonly server: URL;
  readonly proxyUrl?: string | undefined;
  readonly tls: TlsMaterial;
  /** How many requests may be on their way at once; more wait for a free connection. */
  readonly requestConnections: number;
}

/** Connections to the API server, made with one set of TLS material. Watches never wait for requests, nor the other way round. */
export interface Connections {
  readonly tls: TlsMaterial;
  readonly requests: Dispatcher;
  readonly streams: Dispatcher;
}

/** The API server closes a connection that was idle for 90 s or more; ours go first, so that no request meets a closed one. */
const keepAliveMilliseconds = 60_000;
const connectTimeoutMilliseconds = 10_000;

/** Opens nothing yet: connections are made as they are needed. */
export function openConnections(options: ConnectionOptions): Connections {
  return {
    tls: options.tls,
    requests: dispatcher(options, options.requestConnections),
    streams: dispatcher(options, null),
  };
}

function dispatcher({ server, proxyUrl, tls }: ConnectionOptions, connections: number | null): Dispatcher {
  const connect = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: connectTimeoutMilliseconds };
  const pool = {
    connections,
    pipelining: 1,
    // HTTP/2 is left out on purpose: see the decision record on HTTP/1.1.
    allowH2: false,
    keepAliveTimeout: keepAliveMilliseconds,
    keepAliveMaxTimeout: keepAliveMilliseconds,
    // Time limits are kept by the client and the watch, on a clock that tests can move.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxyUrl === undefined) return new Pool(server.origin, { ...pool, connect: { ...connect, ...tls } });

  const host = server.hostname.replace(/^\[|\]$/g, '');
  const servername = tls.servername ?? (isIP(host) === 0 ? host : '');
  const requestTls = { ...tls, servername, timeout: connectTimeoutMilliseconds };
  if (/^socks5?h?:/.test(proxyUrl)) {
    return new Socks5ProxyAgent(proxyUrl.replace(/^socks5?h?:/, 'socks5:'), { ...pool, requestTls });
  }
  if (/^https?:/.test(proxyUrl)) return new ProxyAgent({ ...pool, uri: proxyUrl, requestTls, connect });
  throw new KubeConfigError(`proxy-url must be an http, https or socks5 address, not "${schemeOf(proxyUrl)}"`);
}

/** A proxy address may hold a password: only its scheme is told. */
function schemeOf(url: string): string {
  return url.split(':', 1)[0] ?? '';
}

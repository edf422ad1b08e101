import type { Agent as HttpAgent, AgentOptions, RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type ConnectionOptions as TlsOptions } from 'node:tls';
import type { TlsMaterial } from './credentials.ts';
import { Agent as PlainAgent } from './http-module.ts';
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
  /** To be given with every request, for a proxy's agent makes TLS with the request's options. */
  readonly tlsOptions: TlsOptions;
  readonly requests: HttpAgent;
  readonly streams: HttpAgent;
}

/** The API server closes a connection that was idle for 90 s or more; ours go first, so that no request meets a closed one. */
const keepAliveMilliseconds = 60_000;
const connectTimeoutMilliseconds = 10_000;

/** Opens nothing yet: connections are made as they are needed. */
export async function openConnections(options: ConnectionOptions): Promise<Connections> {
  const { server, proxyUrl, tls, requestConnections } = options;
  const newAgent = proxyUrl === undefined ? directAgent(server) : await proxyAgent(server, proxyUrl);
  return {
    tls,
    tlsOptions: server.protocol === 'https:' ? tlsOptions(tls, server) : {},
    requests: newAgent({ ...kept, maxSockets: requestConnections, maxFreeSockets: requestConnections }),
    streams: newAgent(kept),
  };
}

/** Lets what is on its way come to its end, and then the connections, too. */
export function retireConnections({ requests, streams }: Connections): void {
  for (const agent of [requests, streams]) {
    agent.maxFreeSockets = 0;
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}

const kept: AgentOptions = { keepAlive: true, keepAliveMsecs: 30_000, timeout: keepAliveMilliseconds };

type NewAgent = (options: AgentOptions) => HttpAgent;

/** Made once: to read a bundle of certificates anew for each connection takes longer than the connection. */
function tlsOptions({ ca, cert, key, servername, rejectUnauthorized }: TlsMaterial, server: URL): TlsOptions {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  return {
    secureContext: createSecureContext({ ca, cert, key }),
    servername: servername ?? (isIP(host) === 0 ? host : ''),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function directAgent(server: URL): NewAgent {
  return server.protocol === 'https:'
    ? (options) => toOneServer(new TimedHttpsAgent(options))
    : (options) => toOneServer(new PlainAgent(options));
}

type NewConnection = (error: Error | null, connection: Duplex) => void;

/** All connections of an agent lead to one server with one set of TLS material: nothing has to be compared to find a free one. */
function toOneServer(agent: HttpAgent): HttpAgent {
  agent.getName = () => 'api server';
  return agent;
}

/** An address that does not answer at all is given up long before a request would be. */
class TimedHttpsAgent extends HttpsAgent {
  override createConnection(options: RequestOptions, callback?: NewConnection): Duplex | null | undefined {
    const socket = super.createConnection(options, callback);
    if (socket === null || socket === undefined) return socket;
    const giveUp = (): unknown => socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(giveUp, connectTimeoutMilliseconds).unref();
    const settled = (): void => clearTimeout(timer);
    socket.once('secureConnect', settled).once('close', settled);
    return socket;
  }
}

/** The libraries are loaded for those alone who have a proxy. */
async function proxyAgent(server: URL, proxyUrl: string): Promise<NewAgent> {
  if (/^socks5h?:/.test(proxyUrl)) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    // As in client-go, the proxy looks the name up.
    const url = proxyUrl.replace(/^socks5h?:/, 'socks5h:');
    return (options) => toOneServer(new SocksProxyAgent(url, options));
  }
  if (/^https?:/.test(proxyUrl)) {
    const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
    const Agent = server.protocol === 'https:' ? HttpsProxyAgent : HttpProxyAgent;
    return (options) => toOneServer(new Agent({ ...options, proxy: proxyUrl }));
  }
  throw new KubeConfigError(`proxy-url must be an http, https or socks5 address, not "${schemeOf(proxyUrl)}"`);
}

/** A proxy address may hold a password: only its scheme is told. */
function schemeOf(url: string): string {
  return url.split(':', 1)[0] ?? '';
}

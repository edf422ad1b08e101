import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A request that the server got. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON, undefined when there was no body. */
  readonly body: unknown;
  /** The common name of the client's certificate, if it showed one. */
  readonly clientName: string | undefined;
}

/** What the server does about a request. */
export type ScriptedAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'stream'; readonly stream: ScriptedStream }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Cuts the connection. */
  | { readonly kind: 'reset' };

export type ScriptedHandler = (request: RecordedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** Answers with JSON. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  return { kind: 'answer', status, body, headers };
}

/** Answers with a Status, as the API server does when it refuses. */
export function failure(code: number, reason: string, more: Readonly<Record<string, unknown>> = {}): ScriptedAnswer {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message: reason };
  return answer(code, { ...status, ...more });
}

/** The body of a watch, written by the test as it goes. What is written before anybody reads is kept. */
export class ScriptedStream {
  #kept: ((response: ServerResponse) => void)[] = [];
  #response: ServerResponse | undefined;
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();

  /** Resolves when a client reads it. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Resolves when the connection is gone, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Writes a watch event as a line. */
  send(type: string, object: unknown): void {
    this.write(`${JSON.stringify({ type, object })}\n`);
  }

  write(bytes: string | Uint8Array): void {
    this.#do((response) => response.write(bytes));
  }

  /** Ends it the orderly way. */
  end(): void {
    this.#do((response) => response.end());
  }

  /** Cuts the connection. */
  reset(): void {
    this.#do((response) => response.destroy());
  }

  /** For the server: begins to write. */
  attach(response: ServerResponse): void {
    this.#response = response;
    response.on('close', () => this.#closed.resolve());
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    for (const action of this.#kept.splice(0)) action(response);
    this.#opened.resolve();
  }

  #do(action: (response: ServerResponse) => void): void {
    if (this.#response === undefined) this.#kept.push(action);
    else action(this.#response);
  }
}

export interface ScriptedApiServerOptions {
  readonly handler: ScriptedHandler;
  /** Serves https with this pair, and asks for a client certificate without insisting on one. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
}

/** A small HTTP server on 127.0.0.1 that answers as a test tells it, keeps what it was asked, and counts connections. */
export class ScriptedApiServer {
  readonly requests: RecordedRequest[] = [];
  /** How many connections (TLS connections, with `tls`) were made so far. */
  connections = 0;
  handler: ScriptedHandler;
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(server: Server, options: ScriptedApiServerOptions) {
    this.#server = server;
    this.#scheme = options.tls === undefined ? 'http' : 'https';
    this.handler = options.handler;
    server.on(options.tls === undefined ? 'connection' : 'secureConnection', () => this.connections++);
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(options: ScriptedApiServerOptions): Promise<ScriptedApiServer> {
    const { tls } = options;
    const server =
      tls === undefined
        ? createHttpServer()
        : createHttpsServer({ ...tls, requestCert: true, rejectUnauthorized: false });
    const scripted = new ScriptedApiServer(server, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection and stops listening. */
  async stop(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await stopped;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request);
    this.requests.push(recorded);
    const scripted = await this.handler(recorded);
    switch (scripted.kind) {
      case 'answer': {
        const body = typeof scripted.body === 'string' ? scripted.body : JSON.stringify(scripted.body);
        response.writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers }).end(body);
        return;
      }
      case 'stream':
        scripted.stream.attach(response);
        return;
      case 'hang':
        return;
      case 'reset':
        request.socket.destroy();
        return;
    }
  }
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://server');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
    clientName: clientName(request.socket),
  };
}

function clientName(socket: Socket | TLSSocket): string | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  const name = socket.getPeerCertificate().subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}

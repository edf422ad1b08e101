import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { dialError, dialTimeout } from './dial-error.ts';
import type { KubeletTls } from './kubelet-credentials.ts';

/** A request to a node, or to whatever else is behind one of its ports. */
export interface NodeRequest {
  host: string;
  port: number;
  /** Absent: without TLS. */
  tls: KubeletTls | undefined;
  method: string;
  /** The path with its query. */
  path: string;
  /** Names and values by turns, as they go over the wire. */
  headers: readonly string[];
  /** Absent: none. */
  body?: Readable;
  /** Breaks off the request, and its answer. */
  signal: AbortSignal;
  clock: Clock;
}

export interface NodeAnswer {
  response: IncomingMessage;
  /** Present after 101: the connection, and what the node has sent on it already. */
  upgraded?: { socket: Duplex; head: Buffer };
}

/** As long as kube-apiserver waits for a connection. */
const dialMilliseconds = 30_000;

const withoutBody = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/**
 * The length of a body that there is not is said, as by Go's client. Unsaid, Node.js would send the end of an empty body in
 * chunks, and a node that changes the protocol would take it for the first bytes of the other one.
 */
function withLength({ method, headers, body }: NodeRequest): string[] {
  const says = headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
  return body !== undefined || says || withoutBody.has(method) ? [...headers] : [...headers, 'Content-Length', '0'];
}

/**
 * Sends a request on a connection of its own and resolves with the head of the answer. Redirects are not followed.
 *
 * @throws DialError when the node cannot be reached, or ends the connection before it answers.
 */
export async function sendToNode(options: NodeRequest): Promise<NodeAnswer> {
  const { host, port, tls, method, path, signal, clock } = options;
  const answered = Promise.withResolvers<NodeAnswer>();
  const headers = withLength(options);
  const requestOptions: RequestOptions = { host, port, method, path, headers, agent: false, signal };
  const request = tls === undefined ? httpRequest(requestOptions) : httpsRequest({ ...requestOptions, ...tls });
  const timer = clock.setTimeout(() => {
    answered.reject(dialTimeout(options));
    request.destroy();
  }, dialMilliseconds);
  request.on('socket', (socket) => socket.once(tls === undefined ? 'connect' : 'secureConnect', () => timer.cancel()));
  request.on('error', (error) => answered.reject(dialError(error, options)));
  request.on('response', (response) => answered.resolve({ response }));
  request.on('upgrade', (response, socket, head) => {
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay(true);
    answered.resolve({ response, upgraded: { socket, head } });
  });
  if (options.body === undefined) request.end();
  else {
    options.body.on('error', (error) => request.destroy(error));
    options.body.pipe(request);
  }
  try {
    return await answered.promise;
  } finally {
    timer.cancel();
  }
}

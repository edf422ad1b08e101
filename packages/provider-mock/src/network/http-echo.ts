import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuplexStream, PodRef } from '@vk/node/provider';
import { requestText, statusFor } from './http-answer.ts';

/** An HTTP server that answers with the request that it was sent. It listens nowhere: connections are handed to it. */
export class HttpEcho {
  /** Made for the first connection, and `node:http` loaded: most nodes never see one. */
  #server: Promise<Server> | undefined;
  readonly #pods = new WeakMap<object, PodRef>();

  /** Serves a connection; resolves when it has ended. */
  async serve(ref: PodRef, stream: DuplexStream, signal: AbortSignal): Promise<void> {
    this.#server ??= this.#createServer();
    const server = await this.#server;
    const socket = Duplex.fromWeb(stream, { allowHalfOpen: true });
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // A server that has said everything closes the connection; Node.js knows how only with sockets of its own.
    socket.once('finish', () => socket.destroy());
    // How a connection breaks off is of no interest here: the stream's owner knows it.
    socket.on('error', () => undefined);
    const onAbort = (): void => {
      socket.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    this.#pods.set(socket, ref);
    server.emit('connection', socket);
    await ended;
    signal.removeEventListener('abort', onAbort);
    signal.throwIfAborted();
  }

  async #createServer(): Promise<Server> {
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => request.socket.destroy());
    });
    server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    // A client that has sent its request and closed its side still gets the answer. Node.js has no option for it.
    return Object.assign(server, { httpAllowHalfOpen: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', rawHeaders } = request;
    const ref = this.#pods.get(request.socket);
    const headers = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
    );
    response.writeHead(statusFor(url), {
      'Content-Type': 'text/plain; charset=utf-8',
      ...(ref !== undefined && { 'X-Pod-Name': ref.name, 'X-Pod-Namespace': ref.namespace, 'X-Pod-Uid': ref.uid }),
    });
    response.write(requestText(method, url, headers));
    await pipeline(request, response);
  }
}

import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request that asks for another protocol on its connection. */
export interface Upgrade {
  /** What the client sent after the head of its request. */
  head: Buffer;
  /** Gives up the answer in HTTP: the socket belongs to the caller from then on. */
  takeSocket(): Duplex;
}

type UpgradeHandler = (request: IncomingMessage, response: ServerResponse, upgrade: Upgrade) => Promise<void>;

/**
 * Ends a socket whose client leaves while nobody reads from it. What the client sends meanwhile waits in the socket.
 * Gives back what stops that.
 */
function noticeEnd(socket: Socket): () => void {
  const onReadable = (): void => {
    if (socket.readableLength === 0) socket.read();
  };
  const onEnd = (): void => void socket.destroy();
  socket.on('readable', onReadable);
  socket.on('end', onEnd);
  return () => {
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
  };
}

/**
 * Hands requests for another protocol to the handler of all requests, which may answer them as any other: then the
 * connection ends with the answer. Gives back what ends the connections that were taken.
 */
export function serveUpgrades(server: Server, handler: UpgradeHandler): () => void {
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.end());
    const stopWatching = noticeEnd(socket);
    const takeSocket = (): Duplex => {
      stopWatching();
      response.detachSocket(socket);
      return socket;
    };
    void handler(request, response, { head, takeSocket });
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

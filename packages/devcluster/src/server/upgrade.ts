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
    const takeSocket = (): Duplex => {
      response.detachSocket(socket);
      return socket;
    };
    void handler(request, response, { head, takeSocket });
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

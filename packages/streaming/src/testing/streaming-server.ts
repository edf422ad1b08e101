import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface StreamingServer {
  readonly port: number;
  /** What handlers rejected with, in order. */
  readonly failures: unknown[];
  /** Sockets of upgrades, in order. */
  readonly sockets: Duplex[];
  stop(): Promise<void>;
}

/** An HTTP server on loopback whose upgrades go to `onUpgrade`. Everything is closed by `stop`. */
export async function startStreamingServer(
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>,
): Promise<StreamingServer> {
  const failures: unknown[] = [];
  const sockets: Duplex[] = [];
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    sockets.push(socket);
    onUpgrade(request, socket, head).catch((error: unknown) => failures.push(error));
  });
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    failures,
    sockets,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) {
        socket.destroy();
      }
      await closed;
    },
  };
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { createCertificateAuthority } from '../../certificates/certificate-authority.ts';

/** A request as a node saw it. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  /** The common name of the client's certificate; undefined when it showed none. */
  clientName: string | undefined;
}

export interface FakeKubeletOptions {
  /** Answers what is no upgrade; 404 by default. */
  onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
}

/** The TLS server of a node, with a certificate that nobody vouches for. */
export interface FakeKubelet {
  port: number;
  seen: SeenRequest[];
  /** What handlers of upgrades rejected with. */
  failures: unknown[];
  stop: () => Promise<void>;
}

export async function startFakeKubelet(options: FakeKubeletOptions): Promise<FakeKubelet> {
  const now = Date.now();
  const authority = await createCertificateAuthority({ commonName: 'the-node-itself', now });
  const serving = await authority.issue({ commonName: 'node', usages: ['server'], days: 1, now });
  const seen: SeenRequest[] = [];
  const failures: unknown[] = [];
  const note = (request: IncomingMessage): void => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate() as { subject?: { CN?: string } };
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, clientName: subject?.CN });
  };
  const server = createServer({
    cert: serving.certificate,
    key: serving.privateKey,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const sockets = new Set<Duplex>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    note(request);
    if (options.onRequest === undefined) response.writeHead(404).end('404 page not found\n');
    else options.onRequest(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    note(request);
    if (options.onUpgrade === undefined) socket.destroy();
    else options.onUpgrade(request, socket, head).catch((error: unknown) => failures.push(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    failures,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

import { constants, X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Logger } from '../../provider/logger.ts';
import { certificatesOf } from '../access/client-authorities.ts';
import type { VerifiedPeers } from '../access/verified-peers.ts';
import type { ServingCertificate } from '../certificates/serving-certificate.ts';
import type { KubeletApiHandler } from '../kubelet-api-handler.ts';
import { kubeletApiServerLimits } from '../server-limits.ts';
import { ListenError } from './listen-error.ts';

export interface KubeletApiListenerOptions {
  /** The address to bind. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly peers: VerifiedPeers;
  readonly log: Logger;
  /** Connections beyond this are closed at once; 2,048 by default. */
  readonly maximumConnections?: number;
}

/** What serves requests on a listener. */
export type ListenerHandler = Pick<KubeletApiHandler, 'handleRequest' | 'handleUpgrade'>;

const handshakeMilliseconds = 10_000;
const maximumHeaders = 200;

/** TLS 1.3, and of TLS 1.2 what has forward secrecy and authenticated encryption. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE+AESGCM',
  'ECDHE+CHACHA20',
].join(':');

/**
 * Sessions are not resumed and handshakes not repeated on a connection: either would let a connection go on under a
 * certificate that nobody checked with the authorities in force.
 */
const secureOptions = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION;

/** An HTTPS server whose certificate and client authorities are replaced while it runs, without a connection being dropped. */
export class KubeletApiListener {
  readonly #options: KubeletApiListenerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections whose handshake is not over, by the addresses of both ends. */
  readonly #handshakes = new Map<string, Socket>();
  #certificate: ServingCertificate | undefined;
  #authorities: string[] = [];

  constructor(options: KubeletApiListenerOptions) {
    this.#options = options;
    const { log, peers } = options;
    this.#server = createServer({
      ...kubeletApiServerLimits,
      ...this.#context(),
      handshakeTimeout: handshakeMilliseconds,
      // A certificate is asked for, and judged after the handshake: a refusal can then say 401.
      requestCert: true,
      rejectUnauthorized: false,
    });
    this.#server.maxConnections = options.maximumConnections ?? 2_048;
    this.#server.maxHeadersCount = maximumHeaders;
    this.#server.prependListener('connection', (socket: Socket) => this.#begin(socket));
    this.#server.prependListener('secureConnection', (socket: TLSSocket) => this.#finish(socket, peers));
    this.#server.on('tlsClientError', (error) =>
      log.debug('A TLS handshake with the kubelet API failed', {
        error,
        ...(this.#certificate === undefined && { reason: 'there is no serving certificate yet' }),
      }),
    );
    this.#server.on('drop', () => log.debug('A connection to the kubelet API was closed: there are too many'));
  }

  /** The port that is listened on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** When the certificate that is shown expires, in milliseconds since the epoch; undefined while there is none. */
  get certificateExpiresAt(): number | undefined {
    if (this.#certificate === undefined) return undefined;
    return new X509Certificate(this.#certificate.certificate).validToDate.getTime();
  }

  /**
   * Begins to listen.
   *
   * @throws ListenError when the address cannot be had.
   */
  listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => reject(new ListenError(host, port, { cause }));
      this.#server.once('error', onError);
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#server.off('error', onError);
        this.#server.on('error', (error) =>
          this.#options.log.error('The listener of the kubelet API failed', { error }),
        );
        resolve();
      });
    });
  }

  /** Requests go here from now on. Until it is called, they are left unanswered. */
  serve({ handleRequest, handleUpgrade }: ListenerHandler): void {
    this.#server.on('request', handleRequest);
    this.#server.on('upgrade', handleUpgrade);
  }

  /** New connections are shown this certificate. Before the first, every handshake fails. */
  setCertificate(certificate: ServingCertificate): void {
    this.#certificate = certificate;
    this.#server.setSecureContext(this.#context());
  }

  /**
   * Client certificates are checked with these authorities from now on; with undefined, none is accepted. What was proved to the
   * ones before does not count any more: idle connections are closed, and handshakes that are under way are cut off.
   */
  setClientAuthorities(bundle: string | undefined): void {
    this.#authorities = bundle === undefined ? [] : certificatesOf(bundle);
    this.#options.peers.changeAuthorities(this.#authorities);
    this.#server.setSecureContext(this.#context());
    for (const socket of this.#handshakes.values()) socket.destroy();
    this.#server.closeIdleConnections();
  }

  /** Takes no more connections. Those that are open go on. */
  stopListening(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Cuts off every connection, streams too, and resolves when the port is free. */
  async close(): Promise<void> {
    const closed = this.#server.listening ? new Promise((resolve) => this.#server.close(resolve)) : undefined;
    for (const socket of [...this.#handshakes.values(), ...this.#sockets]) socket.destroy();
    this.#server.closeAllConnections();
    await closed;
  }

  #context(): SecureContextOptions {
    return {
      minVersion: 'TLSv1.2',
      ciphers,
      secureOptions,
      // Never left out: Node.js would then trust the public authorities of the web.
      ca: this.#authorities,
      ...(this.#certificate !== undefined && {
        cert: this.#certificate.certificate,
        key: this.#certificate.privateKey,
      }),
    };
  }

  #begin(socket: Socket): void {
    const ends = endsOf(socket);
    this.#handshakes.set(ends, socket);
    socket.once('close', () => {
      if (this.#handshakes.get(ends) === socket) this.#handshakes.delete(ends);
    });
  }

  #finish(socket: TLSSocket, peers: VerifiedPeers): void {
    const ends = endsOf(socket);
    const known = this.#handshakes.delete(ends);
    if (!known || socket.destroyed) {
      socket.destroy();
      return;
    }
    peers.remember(socket);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress}|${remotePort}|${localAddress}|${localPort}`;
}

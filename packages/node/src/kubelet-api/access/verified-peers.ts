import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { RecentMap } from '../../kube/recent-map.ts';
import type { Clock } from '../../work/clock.ts';
import type { Authentication } from './authentication.ts';
import { isIssuedByAuthority } from './issued-by-authority.ts';
import { readClientCertificate, type ClientCertificate } from './client-certificate.ts';

type Peer =
  | { readonly kind: 'none' }
  | { readonly kind: 'unverified'; readonly reason: string }
  | { readonly kind: 'verified'; readonly certificate: ClientCertificate; readonly trust: Trust };

/** The authorities of one time; compared as an object. */
interface Trust {
  readonly authorities: readonly X509Certificate[];
}

/** How many certificates are remembered: it is few clients, such as the API server, that connect over and over. */
const certificatesToRemember = 64;

/** OpenSSL knows the authority that signed, and not the one above it. */
const noHigherAuthority = 'UNABLE_TO_GET_ISSUER_CERT';

/**
 * What the handshake of each connection proved. It is read once, when the handshake is over: nothing that comes on the
 * connection later changes who is on its other end. A handshake counts for as long as the certificate authorities that it was
 * checked with are the ones in force.
 */
export class VerifiedPeers {
  readonly #clock: Clock;
  readonly #peers = new WeakMap<Socket, Peer>();
  /** What certificates say, by their fingerprint: to read one takes longer than the rest of what is done for a connection. */
  readonly #certificates = new RecentMap<string, ClientCertificate>(certificatesToRemember);
  #trust: Trust | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Other authorities (PEM) are in force, or none: handshakes from before prove nothing any more. */
  changeAuthorities(certificates: readonly string[]): void {
    const authorities = certificates.map((certificate) => new X509Certificate(certificate));
    this.#trust = authorities.length > 0 ? { authorities } : undefined;
  }

  /** Takes in a handshake that was just completed with the authorities in force. */
  remember(socket: TLSSocket): void {
    this.#peers.set(socket, this.#peerOf(socket));
  }

  authenticate(socket: Socket): Authentication {
    const peer = this.#peers.get(socket);
    if (peer === undefined || peer.kind === 'none') return { kind: 'absent' };
    if (peer.kind === 'unverified') return { kind: 'refused', reason: peer.reason };
    const { certificate, trust } = peer;
    if (trust !== this.#trust)
      return { kind: 'refused', reason: 'the certificate authorities for clients changed since the handshake' };
    const now = this.#clock.now();
    if (now > certificate.notAfter) return { kind: 'refused', reason: 'the client certificate has expired' };
    if (now < certificate.notBefore) return { kind: 'refused', reason: 'the client certificate is not valid yet' };
    return { kind: 'user', user: certificate.user };
  }

  #peerOf(socket: TLSSocket): Peer {
    const presented = socket.getPeerX509Certificate();
    if (presented === undefined) return { kind: 'none' };
    if (this.#trust === undefined)
      return { kind: 'unverified', reason: 'client certificates are not accepted: no client CA is known' };
    if (!socket.authorized && !this.#isSignedByOneInForce(socket, presented, this.#trust))
      return {
        kind: 'unverified',
        reason: `the client certificate does not hold: ${String(socket.authorizationError)}`,
      };
    const certificate = this.#read(presented);
    if (certificate === undefined)
      return { kind: 'unverified', reason: 'the client certificate has no common name, or several' };
    return { kind: 'verified', certificate, trust: this.#trust };
  }

  #read(presented: X509Certificate): ClientCertificate | undefined {
    const fingerprint = presented.fingerprint512;
    const certificate = this.#certificates.get(fingerprint) ?? readClientCertificate(presented);
    if (certificate !== undefined) this.#certificates.set(fingerprint, certificate);
    return certificate;
  }

  #isSignedByOneInForce(socket: TLSSocket, certificate: X509Certificate, { authorities }: Trust): boolean {
    return (
      String(socket.authorizationError) === noHigherAuthority &&
      isIssuedByAuthority(certificate, authorities, this.#clock.now())
    );
  }
}

import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { readProtocolToken } from '@vk/streaming';
import type { UserInfo } from '../registry/registry.ts';
import type { ServiceAccountTokens } from '../service-accounts/service-account-tokens.ts';

/** Finds out who makes a request; undefined when this way of telling does not apply, or does not tell. */
export type Authenticator = (request: IncomingMessage) => UserInfo | undefined;

const authenticated = 'system:authenticated';
const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The token of the header, or else the one that came as a WebSocket protocol, as browsers send it; empty when that cannot be read. */
function bearerToken(request: IncomingMessage): string | undefined {
  const inHeader = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (inHeader !== undefined) return inHeader;
  const given = readProtocolToken(request);
  return given !== undefined && 'problem' in given ? '' : given?.token;
}

/** Knows the cluster's bearer tokens. */
export function tokenAuthenticator(tokens: ServiceAccountTokens): Authenticator {
  return (request) => {
    const given = bearerToken(request);
    const answer = given === undefined ? undefined : tokens.authenticate(given);
    return answer === undefined || 'error' in answer ? undefined : answer.user;
  };
}

const known = new WeakMap<object, UserInfo>();

function asList(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

interface PeerCertificate {
  subject?: { CN?: string | string[]; O?: string | string[] };
  fingerprint256?: string;
}

/** Knows the client certificates of the cluster's own authority: the common name is the user, organizations are groups. */
export const certificateAuthenticator: Authenticator = (request) => {
  const socket = request.socket as TLSSocket;
  if (!socket.authorized) return undefined;
  const remembered = known.get(socket);
  if (remembered !== undefined) return remembered;
  const { subject, fingerprint256 = '' } = socket.getPeerCertificate() as PeerCertificate;
  const name = asList(subject?.CN)[0];
  if (name === undefined || name === '') return undefined;
  const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase();
  const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] };
  const user = { name, groups: [...asList(subject?.O), authenticated], extra };
  known.set(socket, user);
  return user;
};

/** Whether a request has a credential, good or not: then it is not an anonymous one. */
function hasCredential(request: IncomingMessage): boolean {
  if (bearerToken(request) !== undefined) return true;
  const socket = request.socket as Partial<TLSSocket>;
  if (socket.encrypted !== true || socket.getPeerCertificate === undefined) return false;
  return Object.keys(socket.getPeerCertificate()).length > 0;
}

/**
 * Asks each in turn. Everybody who is known is also in `system:authenticated`; who shows no credential at all is
 * `system:anonymous`. Undefined for credentials that are not good.
 */
export function authenticate(request: IncomingMessage, authenticators: readonly Authenticator[]): UserInfo | undefined {
  for (const authenticator of authenticators) {
    const user = authenticator(request);
    if (user === undefined) continue;
    if (user.groups.some((group) => group === authenticated || group === 'system:unauthenticated')) return user;
    return { ...user, groups: [...user.groups, authenticated] };
  }
  return hasCredential(request) ? undefined : anonymous;
}

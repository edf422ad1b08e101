import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../registry/registry.ts';

/** Finds out who makes a request; undefined when this way of telling does not apply. */
export type Authenticator = (request: IncomingMessage) => UserInfo | undefined | Promise<UserInfo | undefined>;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Knows one token, which belongs to the administrator. */
export function tokenAuthenticator(token: string, user: UserInfo): Authenticator {
  const expected = digest(token);
  return (request) => {
    const given = bearerToken(request);
    return given !== undefined && timingSafeEqual(digest(given), expected) ? user : undefined;
  };
}

const known = new WeakMap<object, UserInfo>();

function asList(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Knows the client certificates of the cluster's own authority: the common name is the user, organizations are groups. */
export const certificateAuthenticator: Authenticator = (request) => {
  const socket = request.socket as TLSSocket;
  if (!socket.authorized) return undefined;
  const remembered = known.get(socket);
  if (remembered !== undefined) return remembered;
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string | string[]; O?: string | string[] } };
  const name = asList(subject?.CN)[0];
  if (name === undefined || name === '') return undefined;
  const user = { name, groups: asList(subject?.O) };
  known.set(socket, user);
  return user;
};

/** Asks each in turn. Everybody who is known is also in `system:authenticated`. */
export async function authenticate(
  request: IncomingMessage,
  authenticators: readonly Authenticator[],
): Promise<UserInfo | undefined> {
  for (const authenticator of authenticators) {
    const user = await authenticator(request);
    if (user !== undefined) return { name: user.name, groups: [...user.groups, 'system:authenticated'] };
  }
  return undefined;
}

import type { IncomingMessage } from 'node:http';

/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1); undefined when there is none. */
export function bearerToken({ headers }: IncomingMessage): string | undefined {
  const [scheme, token] = (headers.authorization ?? '').trim().split(/ +/, 2);
  return scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '' ? token : undefined;
}

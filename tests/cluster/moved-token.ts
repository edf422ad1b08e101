import { sign } from 'node:crypto';

const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The same service account token (RFC 7519, RS256) as if it had been given at another time, signed with the key of the cluster. */
export function movedToken(token: string, { key, seconds }: { key: string; seconds: number }): string {
  const [header, payload] = token.split('.');
  const claims = decode(payload);
  for (const name of ['iat', 'nbf', 'exp']) claims[name] = Number(claims[name]) + seconds;
  const signed = `${header ?? ''}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

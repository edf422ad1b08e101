import { badRequest } from '../status/errors.ts';

/** Where a paged list goes on. */
export interface ContinuePoint {
  /** The revision of the first page; -1 goes on with whatever there is now. */
  revision: number;
  /** The first key that has not been sent, or anything between the last one sent and it. */
  startKey: string;
}

export function encodeContinue(point: ContinuePoint): string {
  const token = { v: 'meta.k8s.io/v1', rv: point.revision, start: `/${point.startKey}` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** Throws ApiError (400) for a token that this server has not made. */
export function decodeContinue(token: string): ContinuePoint {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch (error) {
    const text = Buffer.from(token, 'base64url').toString('utf8');
    const first = text.charAt(0);
    const why =
      error instanceof SyntaxError ? `invalid character '${first}' looking for beginning of value` : 'unreadable';
    throw badRequest(`invalid continue token: continue key is not valid: ${why}`);
  }
  const { v, rv, start } = (decoded ?? {}) as { v?: unknown; rv?: unknown; start?: unknown };
  if (v !== 'meta.k8s.io/v1') {
    throw badRequest(
      `invalid continue token: continue key is not valid: server does not recognize this encoded version ${JSON.stringify(v ?? '')}`,
    );
  }
  if (typeof rv !== 'number' || rv === 0) {
    throw badRequest(
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  if (typeof start !== 'string' || start === '') {
    throw badRequest(
      'invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
    );
  }
  return { revision: rv, startKey: start.slice(1) };
}

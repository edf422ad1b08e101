/** An object that a token names. */
export interface ClaimedObject {
  name: string;
  uid: string;
}

/** What a service account token says, as a kube-apiserver writes it. Times are whole seconds since the epoch. */
export interface TokenClaims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  'kubernetes.io': {
    namespace: string;
    node?: ClaimedObject;
    pod?: ClaimedObject;
    secret?: ClaimedObject;
    serviceaccount: ClaimedObject;
    /** After this time a use of the token is late; it is still good until `exp`. */
    warnafter?: number;
  };
  nbf: number;
  sub: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the middle part of a token; undefined when it is none of a service account. */
export function readClaims(payload: string): TokenClaims | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isRecord(value) || !isRecord(value['kubernetes.io']) || typeof value['exp'] !== 'number') return undefined;
  return value as unknown as TokenClaims;
}

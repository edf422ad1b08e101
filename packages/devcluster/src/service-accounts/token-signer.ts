import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { readClaims, type TokenClaims } from './token-claims.ts';

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Keys {
  privateKey: KeyObject;
  publicKey: KeyObject;
  id: string;
}

/** Tokens that were found to be signed here are remembered, up to so many. */
const mostRemembered = 1024;

/** Signs JSON Web Tokens (RFC 7519) with ES256 and a key of its own, and reads those that it signed. */
export class TokenSigner {
  #keys: Keys | undefined;
  readonly #known = new Map<string, TokenClaims>();

  /** The key is made when it is first needed: most clusters of tests never need one. */
  #own(): Keys {
    if (this.#keys !== undefined) return this.#keys;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicKey = createPublicKey(privateKey);
    const id = createHash('sha256')
      .update(publicKey.export({ format: 'der', type: 'spki' }))
      .digest('base64url');
    this.#keys = { privateKey, publicKey, id };
    return this.#keys;
  }

  sign(claims: TokenClaims): string {
    const { privateKey, id } = this.#own();
    const text = `${encode({ alg: 'ES256', kid: id })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }

  /** What a token says, or undefined when it was not signed here. */
  read(token: string): TokenClaims | undefined {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    const [header, payload, signature, ...more] = token.split('.');
    if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
    const text = Buffer.from(`${header}.${payload}`);
    const key = { key: this.#own().publicKey, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', text, key, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = readClaims(payload);
    if (claims === undefined) return undefined;
    if (this.#known.size >= mostRemembered) this.#known.clear();
    this.#known.set(token, claims);
    return claims;
  }
}

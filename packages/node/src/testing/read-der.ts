import { createPublicKey, type KeyObject } from 'node:crypto';

/** A value in DER: with its tag and length, and without. */
export interface DerValue {
  readonly whole: Buffer;
  readonly content: Buffer;
}

/** The values that bytes in DER hold one after the other. */
export function derValues(bytes: Buffer): DerValue[] {
  const found: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const sizeBytes = first < 0x80 ? 0 : first & 0x7f;
    const length = sizeBytes === 0 ? first : bytes.readUIntBE(at + 2, sizeBytes);
    const begin = at + 2 + sizeBytes;
    found.push({ whole: bytes.subarray(at, begin + length), content: bytes.subarray(begin, begin + length) });
    at = begin + length;
  }
  return found;
}

/** The key that a request for a certificate is about (RFC 2986, section 4.1), from its PEM text. */
export function publicKeyOfRequest(pem: string): KeyObject {
  const [request] = derValues(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
  const [body] = derValues(request?.content ?? Buffer.alloc(0));
  const [, , publicKey] = derValues(body?.content ?? Buffer.alloc(0));
  return createPublicKey({ key: publicKey?.whole ?? Buffer.alloc(0), format: 'der', type: 'spki' });
}

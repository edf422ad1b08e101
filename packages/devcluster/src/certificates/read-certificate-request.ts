import 'reflect-metadata';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509';

/** A PKCS#10 certificate request, as far as a signer looks at it. */
export interface ReadCertificateRequest {
  commonName: string;
  organizations: readonly string[];
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  emailAddresses: readonly string[];
  uris: readonly string[];
  /** DER, SubjectPublicKeyInfo. */
  publicKey: ArrayBuffer;
  /** Whether who asks has the private key. */
  isSignedByItsKey: boolean;
}

const pemShape = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/;

/** The length of a DER element with its head. */
function elementLength(der: Buffer, start: number): { head: number; whole: number } {
  const first = der[start + 1] ?? 0;
  if (first < 0x80) return { head: 2, whole: 2 + first };
  const bytes = first & 0x7f;
  return { head: 2 + bytes, whole: 2 + bytes + der.readUIntBE(start + 2, bytes) };
}

/** What the signature of a request is over: the first element within the outer one. */
function signedPart(der: Buffer): Buffer {
  const { head } = elementLength(der, 0);
  return der.subarray(head, head + elementLength(der, head).whole);
}

function checkSignature(request: Pkcs10CertificateRequest, key: KeyObject): boolean {
  const { hash } = request.signatureAlgorithm as { hash?: { name: string } };
  const algorithm = hash === undefined ? null : hash.name.replace('-', '').toLowerCase();
  return verify(algorithm, signedPart(Buffer.from(request.rawData)), key, Buffer.from(request.signature));
}

/** Reads a request in PEM. Undefined when it is none: not the PEM block, or not the structure. */
export function readCertificateRequest(pem: string): ReadCertificateRequest | undefined {
  const [, type, base64 = ''] = pemShape.exec(pem) ?? [];
  if (type !== 'CERTIFICATE REQUEST') return undefined;
  let request: Pkcs10CertificateRequest;
  let key: KeyObject;
  try {
    request = new Pkcs10CertificateRequest(Buffer.from(base64, 'base64'));
    key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: 'der', type: 'spki' });
  } catch {
    // Whatever the parser stumbles over, it is no certificate request.
    return undefined;
  }
  const alternatives = request.extensions.find((one) => one instanceof SubjectAlternativeNameExtension);
  const names = (wanted: string): string[] =>
    alternatives?.names.items.filter(({ type: kind }) => kind === wanted).map(({ value }) => value) ?? [];
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: names('dns'),
    ipAddresses: names('ip'),
    emailAddresses: names('email'),
    uris: names('url'),
    publicKey: request.publicKey.rawData,
    isSignedByItsKey: checkSignature(request, key),
  };
}

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  PublicKey,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMilliseconds = 24 * 60 * 60 * 1000;

export interface CertificateRequest {
  commonName: string;
  organizations?: readonly string[];
  usages: readonly ('server' | 'client')[];
  /** Whether the key may encipher keys, as RSA needs it; yes unless it is said. */
  keyEncipherment?: boolean;
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  /** How long it is valid, from a minute before now. */
  days: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/** A key and its certificate, as PEM. */
export interface IssuedCertificate {
  certificate: string;
  privateKey: string;
}

/** A certificate authority that lives as long as its cluster. */
export interface CertificateAuthority {
  /** The authority's own certificate, as PEM. */
  certificate: string;
  /** Its key, as PEM: for another program that is to sign as this authority. */
  privateKey: string;
  /** Makes a key and signs a certificate for it. */
  issue(request: CertificateRequest): Promise<IssuedCertificate>;
  /** Signs a certificate for somebody else's public key (DER, SubjectPublicKeyInfo), as PEM. */
  sign(publicKey: ArrayBuffer, request: CertificateRequest): Promise<string>;
}

type KeyPair = webcrypto.CryptoKeyPair;

async function generateKeys(): Promise<KeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privateKeyPem(keys: KeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}

function subject(request: CertificateRequest): { [field: string]: string[] }[] {
  const organizations = (request.organizations ?? []).map((organization) => ({ O: [organization] }));
  return [...organizations, { CN: [request.commonName] }];
}

function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  return `01${Buffer.from(bytes).toString('hex')}`;
}

function validity(request: { now: number; days: number }): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(request.now - 60_000),
    notAfter: new Date(request.now + request.days * dayMilliseconds),
  };
}

async function signCertificate(
  authority: { certificate: X509Certificate; keys: KeyPair },
  publicKey: PublicKey,
  request: CertificateRequest,
): Promise<string> {
  const usages = request.usages.map((usage) => ExtendedKeyUsage[usage === 'server' ? 'serverAuth' : 'clientAuth']);
  const names = [
    ...(request.dnsNames ?? []).map((value) => ({ type: 'dns', value }) as const),
    ...(request.ipAddresses ?? []).map((value) => ({ type: 'ip', value }) as const),
  ];
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: authority.certificate.subject,
    subject: subject(request),
    ...validity(request),
    publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      request.keyEncipherment === false
        ? new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)
        : new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension(usages),
      new BasicConstraintsExtension(false, undefined, true),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  });
  return certificate.toString('pem');
}

/** Makes a new authority with a key of its own, valid for a year. */
export async function createCertificateAuthority(options: {
  commonName: string;
  now: number;
}): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [options.commonName] }],
    ...validity({ now: options.now, days: 365 }),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  const authority = { certificate, keys };
  return {
    certificate: certificate.toString('pem'),
    privateKey: await privateKeyPem(keys),
    issue: async (request) => {
      const fresh = await generateKeys();
      const publicKey = await webcrypto.subtle.exportKey('spki', fresh.publicKey);
      return {
        certificate: await signCertificate(authority, new PublicKey(publicKey), request),
        privateKey: await privateKeyPem(fresh),
      };
    },
    sign: (publicKey, request) => signCertificate(authority, new PublicKey(publicKey), request),
  };
}

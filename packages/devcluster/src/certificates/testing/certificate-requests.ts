import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate request with a fresh key, as PEM in base64. */
export async function newCertificateRequest(subject: {
  commonName: string;
  organizations?: readonly string[];
  dnsNames?: readonly string[];
}): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = (subject.dnsNames ?? []).map((value) => ({ type: 'dns', value }) as const);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [...(subject.organizations ?? []).map((name) => ({ O: [name] })), { CN: [subject.commonName] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)],
  });
  return Buffer.from(`${request.toString('pem')}\n`).toString('base64');
}

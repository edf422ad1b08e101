import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  der,
  derTrue,
  integerOf,
  objectIdentifier,
  pem,
  sequenceTag,
  smallInteger,
  time,
} from '../kubelet-api/certificates/der.ts';
import { distinguishedName, ecdsaWithSha256, extension } from '../kubelet-api/certificates/x509-parts.ts';

/** A certificate and its private key, in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** The `O` fields: groups, as Kubernetes reads a client certificate. */
  readonly organizations?: readonly string[];
  /** IPv4 addresses and host names that the certificate is for. */
  readonly hosts?: readonly string[];
  /** What it may be used for; anything when left out. */
  readonly usages?: readonly ('client' | 'server')[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const day = 86_400_000;

/** Makes certificates for tests: throw-away ones, so that no private key has to be kept in the repository. */
export class TestCertificateAuthority {
  readonly cert: string;
  readonly #key: KeyObject;
  readonly #commonName: string;

  /** With `above` it is an intermediate one; else it signs its own certificate. */
  constructor(commonName = 'test CA', above?: TestCertificateAuthority) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#commonName = commonName;
    const [issuer, signer] = above === undefined ? [commonName, privateKey] : [above.#commonName, above.#key];
    this.cert = certificate({ commonName }, { issuer, signer, publicKey, isAuthority: true });
  }

  /** A certificate signed by this authority, by default good for a server and for a client. */
  issue(options: CertificateOptions): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      cert: this.sign(publicKey, options),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  /** A certificate for somebody else's key. */
  sign(publicKey: KeyObject, options: CertificateOptions): string {
    return certificate(options, { issuer: this.#commonName, signer: this.#key, publicKey, isAuthority: false });
  }
}

/** True when the two belong together. */
export function isPair({ cert, key }: KeyPair): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

interface Signing {
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly publicKey: KeyObject;
  readonly isAuthority: boolean;
}

// What follows writes an X.509 v3 certificate (RFC 5280, section 4.1) in DER.

function certificate(options: CertificateOptions, signing: Signing): string {
  const now = Date.now();
  const { notBefore = new Date(now - day), notAfter = new Date(now + day), organizations = [] } = options;
  const body = der(
    sequenceTag,
    der(0xa0, smallInteger(2)),
    integerOf(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    distinguishedName({ commonName: signing.issuer, organizations: [] }),
    der(sequenceTag, time(notBefore.getTime()), time(notAfter.getTime())),
    distinguishedName({ commonName: options.commonName, organizations }),
    signing.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(sequenceTag, ...extensions(options, signing.isAuthority))),
  );
  const signature = sign('sha256', body, signing.signer);
  return pem('CERTIFICATE', der(sequenceTag, body, ecdsaWithSha256, bitString(signature)));
}

function extensions({ hosts = [], usages }: CertificateOptions, isAuthority: boolean): Buffer[] {
  const all = [extension('2.5.29.19', der(sequenceTag, ...(isAuthority ? [derTrue] : [])), derTrue)];
  if (usages !== undefined) {
    const identifiers = usages.map((usage) => objectIdentifier(`1.3.6.1.5.5.7.3.${usage === 'server' ? 1 : 2}`));
    all.push(extension('2.5.29.37', der(sequenceTag, ...identifiers)));
  }
  if (hosts.length > 0) {
    const names = hosts.map((host) =>
      isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
    );
    all.push(extension('2.5.29.17', der(sequenceTag, ...names)));
  }
  return all;
}

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

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
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const day = 86_400_000;

/** Makes certificates for tests: throw-away ones, so that no private key has to be kept in the repository. */
export class TestCertificateAuthority {
  readonly cert: string;
  readonly #key: KeyObject;
  readonly #commonName: string;

  constructor(commonName = 'test CA') {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#commonName = commonName;
    this.cert = certificate({ commonName }, { issuer: commonName, signer: privateKey, publicKey, isAuthority: true });
  }

  /** A certificate signed by this authority, good for a server and for a client. */
  issue(options: CertificateOptions): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      cert: certificate(options, { issuer: this.#commonName, signer: this.#key, publicKey, isAuthority: false }),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
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

const sequence = 0x30;
const ecdsaWithSha256 = der(sequence, oid(1, 2, 840, 10045, 4, 3, 2));

function certificate(options: CertificateOptions, signing: Signing): string {
  const now = Date.now();
  const body = der(
    sequence,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    distinguishedName(signing.issuer, []),
    der(sequence, time(options.notBefore ?? new Date(now - day)), time(options.notAfter ?? new Date(now + day))),
    distinguishedName(options.commonName, options.organizations ?? []),
    signing.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(sequence, ...extensions(options.hosts ?? [], signing.isAuthority))),
  );
  const signature = sign('sha256', body, signing.signer);
  const whole = der(sequence, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function extensions(hosts: readonly string[], isAuthority: boolean): Buffer[] {
  const yes = der(0x01, Buffer.from([0xff]));
  const basicConstraints = der(
    sequence,
    oid(2, 5, 29, 19),
    yes,
    der(0x04, der(sequence, ...(isAuthority ? [yes] : []))),
  );
  if (hosts.length === 0) return [basicConstraints];
  const names = hosts.map((host) =>
    isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  return [basicConstraints, der(sequence, oid(2, 5, 29, 17), der(0x04, der(sequence, ...names)))];
}

function distinguishedName(commonName: string, organizations: readonly string[]): Buffer {
  const attribute = (id: Buffer, value: string): Buffer => der(0x31, der(sequence, id, der(0x0c, Buffer.from(value))));
  return der(
    sequence,
    ...organizations.map((organization) => attribute(oid(2, 5, 4, 10), organization)),
    attribute(oid(2, 5, 4, 3), commonName),
  );
}

/** GeneralizedTime, to the second. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

import { der, objectIdentifier, octetString, sequenceTag, setTag, utf8Text } from './der.ts';
import { ipAddressBytes, type SubjectNames } from './subject-names.ts';

/** Who a certificate is for. */
export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** The algorithm of every signature made here: ECDSA with SHA-256 (RFC 5758). */
export const ecdsaWithSha256: Buffer = der(sequenceTag, objectIdentifier('1.2.840.10045.4.3.2'));

/** A Name (RFC 5280, section 4.1.2.4): the organizations, then the common name. */
export function distinguishedName({ commonName, organizations }: Subject): Buffer {
  const attribute = (identifier: string, value: string): Buffer =>
    der(setTag, der(sequenceTag, objectIdentifier(identifier), utf8Text(value)));
  return der(
    sequenceTag,
    ...organizations.map((organization) => attribute('2.5.4.10', organization)),
    attribute('2.5.4.3', commonName),
  );
}

/** The extension subjectAltName (RFC 5280, section 4.2.1.6). */
export function subjectAlternativeName({ dnsNames, ipAddresses }: SubjectNames): Buffer {
  const names = [
    ...dnsNames.map((name) => der(0x82, Buffer.from(name))),
    ...ipAddresses.map((address) => der(0x87, ipAddressBytes(address))),
  ];
  return extension('2.5.29.17', der(sequenceTag, ...names));
}

export function extension(identifier: string, value: Uint8Array, ...critical: readonly Buffer[]): Buffer {
  return der(sequenceTag, objectIdentifier(identifier), ...critical, octetString(value));
}

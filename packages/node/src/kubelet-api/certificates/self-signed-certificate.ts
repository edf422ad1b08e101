import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { generatePrivateKey } from './certificate-request.ts';
import { bitString, der, derTrue, integerOf, objectIdentifier, pem, sequenceTag, smallInteger, time } from './der.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import type { SubjectNames } from './subject-names.ts';
import { distinguishedName, ecdsaWithSha256, extension, subjectAlternativeName } from './x509-parts.ts';

const dayMilliseconds = 86_400_000;

/** A certificate that nobody vouches for, valid for a year, with a key of its own (RFC 5280, section 4.1). */
export function selfSignedCertificate(options: {
  readonly commonName: string;
  readonly names: SubjectNames;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): ServingCertificate {
  const { commonName, names, now } = options;
  const privateKey = generatePrivateKey();
  const key = createPrivateKey(privateKey);
  const name = distinguishedName({ commonName, organizations: [] });
  const extensions = [
    extension('2.5.29.19', der(sequenceTag), derTrue),
    extension('2.5.29.37', der(sequenceTag, objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    subjectAlternativeName(names),
  ];
  const body = der(
    sequenceTag,
    der(0xa0, smallInteger(2)),
    integerOf(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    // A clock that is a little behind ours finds it valid too.
    der(sequenceTag, time(now - 3_600_000), time(now + 365 * dayMilliseconds)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, der(sequenceTag, ...extensions)),
  );
  const whole = der(sequenceTag, body, ecdsaWithSha256, bitString(sign('sha256', body, key)));
  return { certificate: pem('CERTIFICATE', whole), privateKey };
}

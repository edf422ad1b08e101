import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { bitString, der, objectIdentifier, pem, sequenceTag, setTag, smallInteger } from './der.ts';
import type { SubjectNames } from './subject-names.ts';
import { distinguishedName, ecdsaWithSha256, subjectAlternativeName, type Subject } from './x509-parts.ts';

/** A new private key on P-256, the kubelet's kind, in PEM. */
export function generatePrivateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

/** A request for a certificate (PKCS #10, RFC 2986) in PEM, signed with the key that it is about. */
export function certificateRequest(privateKey: string, subject: Subject, names?: SubjectNames): string {
  const key = createPrivateKey(privateKey);
  const extensionRequest =
    names === undefined
      ? []
      : [
          der(
            sequenceTag,
            objectIdentifier('1.2.840.113549.1.9.14'),
            der(setTag, der(sequenceTag, subjectAlternativeName(names))),
          ),
        ];
  const body = der(
    sequenceTag,
    smallInteger(0),
    distinguishedName(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa0, ...extensionRequest),
  );
  return pem('CERTIFICATE REQUEST', der(sequenceTag, body, ecdsaWithSha256, bitString(sign('sha256', body, key))));
}

import type { X509Certificate } from 'node:crypto';

/** Extended key usages (RFC 5280, section 4.2.1.12): for clients, and for anything. */
const clientUsages: readonly string[] = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/**
 * Whether one of the authorities signed a client certificate itself. An authority of the bundle is trusted as it is, also where it
 * has an authority above it that is not in the bundle: the API server has it so, and OpenSSL wants the one at the top.
 */
export function isIssuedByAuthority(
  leaf: X509Certificate,
  authorities: readonly X509Certificate[],
  now: number,
): boolean {
  return (
    isUsable(leaf, now) &&
    authorities.some(
      (authority) =>
        authority.ca && isUsable(authority, now) && leaf.checkIssued(authority) && leaf.verify(authority.publicKey),
    )
  );
}

/** In its time, and for clients as far as it says what it is for. */
function isUsable(certificate: X509Certificate, now: number): boolean {
  // What Node.js calls key usage is the extended one.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  return (
    certificate.validFromDate.getTime() <= now &&
    now <= certificate.validToDate.getTime() &&
    (usages === undefined || usages.some((usage) => clientUsages.includes(usage)))
  );
}

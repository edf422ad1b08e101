import type { X509Certificate } from 'node:crypto';
import type { RequestUser } from '../request-access.ts';

/** A client certificate that a handshake has proved: by whom it is, and for how long. */
export interface ClientCertificate {
  readonly user: RequestUser;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Who a client certificate is for, as the API server reads it: the common name is the user, each organization a group.
 * Undefined for one without a name, or with several, of which nobody could say which counts.
 */
export function readClientCertificate(certificate: X509Certificate): ClientCertificate | undefined {
  const subject = certificate.toLegacyObject().subject as unknown as Readonly<Record<string, string | string[]>>;
  const username = subject['CN'];
  if (typeof username !== 'string' || username === '') return undefined;
  const organizations = subject['O'] ?? [];
  return {
    user: { username, groups: typeof organizations === 'string' ? [organizations] : [...organizations] },
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
  };
}

import { hostAndPort } from './kubelet-location.ts';

/** How Go's net package words what went wrong, which is what users of kubectl know. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
};
const unknownAuthority = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** A node could not be reached, or did not speak HTTP. The message is what kube-apiserver would say. */
export class DialError extends Error {
  override readonly name = 'DialError';
  readonly code = 'DialError';
}

function describe(cause: Error & { code?: string }, target: { host: string; port: number | string }): string {
  const { code = '', message } = cause;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${target.host}: no such host`;
  if (code in words) return `dial tcp ${hostAndPort(target)}: ${words[code] ?? ''}`;
  if (unknownAuthority.has(code)) {
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `tls: failed to verify certificate: x509: ${message}`;
  if (code === 'CERT_HAS_EXPIRED') {
    return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
  }
  return code === 'ECONNRESET' ? 'EOF' : `dial tcp ${hostAndPort(target)}: ${message}`;
}

export function dialError(cause: unknown, target: { host: string; port: number | string }): DialError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return new DialError(describe(error, target), { cause });
}

export function dialTimeout(target: { host: string; port: number | string }): DialError {
  return new DialError(`dial tcp ${hostAndPort(target)}: i/o timeout`);
}

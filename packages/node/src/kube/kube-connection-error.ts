/** No answer came from the API server. Whether the request was carried out is not known. */
export class KubeConnectionError extends Error {
  override readonly name = 'KubeConnectionError';
  /** What went wrong, as Node.js names it (`ECONNREFUSED`, `ECONNRESET`), or `TIMEOUT`. */
  readonly code: string;

  constructor(options: { readonly message: string; readonly code: string; readonly cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.code = options.code;
  }
}

const sayings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed before the answer was complete',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no connection within the time limit',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by the certificate authority that was given',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by the certificate authority that was given',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by the certificate authority that was given',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not signed by the certificate authority that was given',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** Says in plain words what a failed exchange came to. `server` is the origin, which holds no secret. */
export function connectionErrorFrom(cause: unknown, server: string): KubeConnectionError {
  if (cause instanceof KubeConnectionError) return cause;
  const code = codeOf(cause);
  const saying = sayings[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new KubeConnectionError({ message: `no answer from the API server at ${server}: ${saying}`, code, cause });
}

/** A refused connection to a name with several addresses comes as an `AggregateError`; each part has the code. */
function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'UNKNOWN';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  return cause instanceof Error && cause.cause !== undefined ? codeOf(cause.cause) : 'UNKNOWN';
}

/** The `Status` object with which the API server answers a request that failed. */
export interface KubeStatus {
  readonly kind?: string;
  readonly status?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly details?: KubeStatusDetails;
}

export interface KubeStatusDetails {
  readonly name?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

export interface KubeErrorOptions {
  readonly status: KubeStatus;
  readonly code: number;
  readonly retryAfterMilliseconds?: number | undefined;
  /** What was asked, for example `GET /api/v1/nodes/n1`; without the query, which may hold a continue token. */
  readonly request?: string;
}

/** The API server answered, and the answer is no. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** The HTTP status. */
  readonly code: number;
  /** The machine-readable reason, for example `NotFound`; empty when the answer was not a Status. */
  readonly reason: string;
  readonly details: KubeStatusDetails | undefined;
  /** How long the API server asks to wait before the next try. */
  readonly retryAfterMilliseconds: number | undefined;
  readonly status: KubeStatus;

  constructor(options: KubeErrorOptions) {
    const { status, code, request } = options;
    const said = status.message ?? 'the API server gave no message';
    const where = request === undefined ? '' : `, ${request}`;
    super(`${said} (${[code, status.reason].filter(Boolean).join(' ')}${where})`);
    this.code = code;
    this.reason = status.reason ?? '';
    this.details = status.details;
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
    this.status = status;
  }
}

function hasCode(error: unknown, code: number): error is KubeError {
  return error instanceof KubeError && error.code === code;
}

export function isUnauthorized(error: unknown): error is KubeError {
  return hasCode(error, 401);
}

/** Under the Node authorizer this is also the answer for an object that is not there: it is not a proof of anything. */
export function isForbidden(error: unknown): error is KubeError {
  return hasCode(error, 403);
}

export function isNotFound(error: unknown): error is KubeError {
  return hasCode(error, 404);
}

/** The object was changed meanwhile, or a precondition (uid, resourceVersion) does not hold. */
export function isConflict(error: unknown): error is KubeError {
  return hasCode(error, 409) && error.reason !== 'AlreadyExists';
}

export function isAlreadyExists(error: unknown): error is KubeError {
  return hasCode(error, 409) && error.reason === 'AlreadyExists';
}

/** The resourceVersion or the continue token is too old (HTTP 410, reason `Expired` or `Gone`). */
export function isExpired(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone');
}

export function isInvalid(error: unknown): error is KubeError {
  return hasCode(error, 422);
}

/** What a kube-apiserver says in the conflicts that are about a UID. No object name can hold any of it. */
const uidConflict = /uid mismatch|UID in (the )?precondition/;

/**
 * The object of this name is gone or another one than the `uid` that was given says. A precondition of a DELETE is answered
 * 409 ("the UID in the precondition ..."); a `metadata.uid` in the body of a patch 422 with the field as the cause where there is
 * another object, and 409 ("uid mismatch: ...") where there is none (observed on kube-apiserver 1.36, and read in k8s.io/apiserver,
 * `endpoints/handlers/patch.go`, `registry/rest/delete.go` and `storage/interfaces.go`). Any other conflict is a write that lost a race.
 */
export function isUidMismatch(error: unknown): error is KubeError {
  if (isInvalid(error)) return error.details?.causes?.some(({ field }) => field === 'metadata.uid') ?? false;
  return isConflict(error) && uidConflict.test(error.message);
}

export function isTooManyRequests(error: unknown): error is KubeError {
  return hasCode(error, 429);
}

/** The server has not got as far as the resourceVersion that was asked for: it was restored from an older state. */
export function isResourceVersionTooLarge(error: unknown): error is KubeError {
  return (
    error instanceof KubeError &&
    (error.details?.causes?.some(({ reason }) => reason === 'ResourceVersionTooLarge') ?? false)
  );
}

/** The answer asks to slow down: 429, or 503 with a time to come back after. The time is given when there is one. */
export function throttledBy(error: unknown): { readonly retryAfterMilliseconds?: number } | undefined {
  if (!(error instanceof KubeError) || (error.code !== 429 && error.code !== 503)) return undefined;
  const { retryAfterMilliseconds } = error;
  if (retryAfterMilliseconds !== undefined) return { retryAfterMilliseconds };
  return error.code === 429 ? {} : undefined;
}

import { CallAbandonedError, CallTimeoutError } from '../../pods/call-errors.ts';
import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import { NotFound } from '../../provider/errors/not-found.ts';
import { RetryAfter } from '../../provider/errors/retry-after.ts';
import { Unsupported } from '../../provider/errors/unsupported.ts';
import { HttpError } from './http-error.ts';
import { NodeStoppingError } from './node-stopping-error.ts';

/**
 * The one place that says which HTTP status an error of a provider is. What has no meaning for the contract is 500, or what
 * the kubelet answers on this route: `otherwise`.
 */
export function httpErrorOf(error: unknown, otherwise = 500): HttpError {
  if (error instanceof HttpError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (NotFound.isInstance(error)) return new HttpError(404, message, options);
  if (InvalidInput.isInstance(error)) return new HttpError(400, message, options);
  if (Unsupported.isInstance(error)) return new HttpError(501, message, options);
  if (RetryAfter.isInstance(error)) {
    const seconds = Math.max(1, Math.ceil(error.milliseconds / 1_000));
    return new HttpError(503, message, { ...options, headers: { 'Retry-After': String(seconds) } });
  }
  if (error instanceof NodeStoppingError)
    return new HttpError(503, message, { ...options, headers: { 'Retry-After': '1' } });
  if (error instanceof CallTimeoutError || error instanceof CallAbandonedError)
    return new HttpError(504, message, options);
  return new HttpError(otherwise, message, options);
}

const statusReasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  404: 'NotFound',
  501: 'NotImplemented',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The reason in a `metav1.Status` for an HTTP status, as the API server names it. */
export function statusReason(status: number): string {
  return statusReasons[status] ?? 'InternalError';
}

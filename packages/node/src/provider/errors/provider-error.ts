const marker = Symbol.for('@vk/node/provider-error');

/** The names of the errors that a provider may throw on purpose. */
export type ProviderErrorCode = 'NotFound' | 'InvalidInput' | 'Unsupported' | 'Terminal' | 'RetryAfter';

/**
 * The base of the errors that carry a meaning for the core. Anything else that a provider throws is transient: it is
 * retried with backoff without end.
 *
 * Tell them apart with `isInstance`, never with `instanceof`: two copies of this package may be loaded side by side.
 */
export abstract class ProviderError extends Error {
  abstract readonly code: ProviderErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, marker, { value: true });
  }

  static isProviderError(error: unknown): error is ProviderError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

/** True when `error` is a provider error of this code, from whichever copy of this package. */
export function hasCode(error: unknown, code: ProviderErrorCode): error is ProviderError {
  return ProviderError.isProviderError(error) && error.code === code;
}

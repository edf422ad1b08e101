import { hasCode, ProviderError } from './provider-error.ts';

/** The backend asked to be left alone for a while, for example by HTTP 429. */
export class RetryAfter extends ProviderError {
  override readonly name = 'RetryAfter';
  readonly code = 'RetryAfter';
  /** How long to wait before the next try, in milliseconds. */
  readonly milliseconds: number;

  constructor(milliseconds: number, message: string = `retry after ${milliseconds} ms`, options?: ErrorOptions) {
    super(message, options);
    this.milliseconds = milliseconds;
  }

  static isInstance(error: unknown): error is RetryAfter {
    return hasCode(error, 'RetryAfter');
  }
}

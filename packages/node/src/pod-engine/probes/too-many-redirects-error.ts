/** A server sent a request from one place to the next without end. */
export class TooManyRedirectsError extends Error {
  override readonly name = 'TooManyRedirectsError';
  readonly code = 'TooManyRedirects';

  constructor(redirects: number) {
    super(`stopped after ${redirects} redirects`);
  }
}

/** A request that is answered with an error: thrown by handlers, answered in one place. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options?: ErrorOptions & { readonly headers?: Record<string, string> }) {
    super(message, options);
    this.status = status;
    this.headers = options?.headers ?? {};
  }
}

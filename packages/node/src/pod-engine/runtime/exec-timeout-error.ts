/** A command in a container took longer than it was given. */
export class ExecTimeoutError extends Error {
  override readonly name = 'ExecTimeoutError';
  readonly code = 'ExecTimeout';
  readonly timeoutMilliseconds: number;

  constructor(timeoutMilliseconds: number, options?: ErrorOptions) {
    super(`command timed out after ${timeoutMilliseconds / 1000} s`, options);
    this.timeoutMilliseconds = timeoutMilliseconds;
  }

  /** Also for one of another copy of this package: a provider may bring its own. */
  static isInstance(error: unknown): error is ExecTimeoutError {
    return error instanceof Error && 'code' in error && error.code === 'ExecTimeout';
  }
}

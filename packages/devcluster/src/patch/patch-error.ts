export type PatchFailure = 'malformed' | 'rejected' | 'internal';

/**
 * A patch that cannot be applied. `malformed` answers 400, `rejected` 422 without details and `internal` 500, as the
 * API server does for the three kinds of failure.
 */
export class PatchError extends Error {
  readonly code = 'PatchFailed';
  readonly failure: PatchFailure;

  constructor(failure: PatchFailure, message: string) {
    super(message);
    this.name = 'PatchError';
    this.failure = failure;
  }
}

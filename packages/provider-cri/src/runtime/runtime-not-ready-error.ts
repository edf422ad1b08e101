/** A runtime that cannot run pods, in its own words. */
export class RuntimeNotReadyError extends Error {
  override readonly name = 'RuntimeNotReadyError';
  readonly code = 'RuntimeNotReady';
}

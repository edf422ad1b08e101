/** A log is not what the runtime would have written, or not where. */
export class LogReadError extends Error {
  override readonly name = 'LogReadError';
  readonly code = 'LogRead';
}

/** A line may have this many bytes: it is held whole. */
export const longestLine: number = 2 ** 20;

/** A line that does not end. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly code = 'LineTooLong';

  constructor() {
    super('the line is too long');
  }
}

/** A selector that cannot be understood; the message is the API server's. */
export class SelectorError extends Error {
  readonly code = 'InvalidSelector';

  constructor(message: string) {
    super(message);
    this.name = 'SelectorError';
  }
}

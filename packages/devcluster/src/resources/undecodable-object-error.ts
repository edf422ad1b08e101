/** A value in an object's body that the API server cannot read at all: it answers 400 with this message, not 422. */
export class UndecodableObjectError extends Error {
  readonly code = 'UndecodableObject';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UndecodableObjectError';
  }
}

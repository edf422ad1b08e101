/**
 * A request that an admission rule turns down: the API server answers 403, and puts
 * `<resource> "<name>" is forbidden: ` before this message.
 */
export class AdmissionForbiddenError extends Error {
  readonly code = 'AdmissionForbidden';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AdmissionForbiddenError';
  }
}

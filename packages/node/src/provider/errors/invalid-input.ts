import { hasCode, ProviderError } from './provider-error.ts';

/** What was asked for is wrong. Names the field; HTTP 400; not retried until the pod changes. */
export class InvalidInput extends ProviderError {
  override readonly name = 'InvalidInput';
  readonly code = 'InvalidInput';
  /** The path of the field, for example `spec.containers[0].ports[1].hostPort`. */
  readonly field: string;

  constructor(field: string, message: string, options?: ErrorOptions) {
    super(`${field}: ${message}`, options);
    this.field = field;
  }

  static isInstance(error: unknown): error is InvalidInput {
    return hasCode(error, 'InvalidInput');
  }
}

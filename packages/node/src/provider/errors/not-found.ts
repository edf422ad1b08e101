import { hasCode, ProviderError } from './provider-error.ts';

/** The pod, container or object is not there. Deleting what is not there is a success; HTTP 404. */
export class NotFound extends ProviderError {
  override readonly name = 'NotFound';
  readonly code = 'NotFound';

  static isInstance(error: unknown): error is NotFound {
    return hasCode(error, 'NotFound');
  }
}

import { hasCode, ProviderError } from './provider-error.ts';

/** The backend cannot do this. An update that cannot be done gives an event and leaves the phase alone; HTTP 501. */
export class Unsupported extends ProviderError {
  override readonly name = 'Unsupported';
  readonly code = 'Unsupported';

  static isInstance(error: unknown): error is Unsupported {
    return hasCode(error, 'Unsupported');
  }
}

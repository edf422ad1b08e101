import { hasCode, ProviderError } from './provider-error.ts';

/** It will not work however often it is tried: the pod is Failed, or Pending with the reason, until its spec changes. */
export class Terminal extends ProviderError {
  override readonly name = 'Terminal';
  readonly code = 'Terminal';

  static isInstance(error: unknown): error is Terminal {
    return hasCode(error, 'Terminal');
  }
}

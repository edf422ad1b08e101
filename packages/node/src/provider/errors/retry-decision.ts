import { InvalidInput } from './invalid-input.ts';
import { RetryAfter } from './retry-after.ts';
import { Terminal } from './terminal.ts';
import { Unsupported } from './unsupported.ts';

/** What the core does with an error that a provider threw. */
export type RetryDecision =
  | { readonly retry: false }
  /** Without `afterMilliseconds` the caller's own backoff decides. */
  | { readonly retry: true; readonly afterMilliseconds?: number };

/** The one place that says which provider errors are tried again. Unknown errors are transient: retried without end. */
export function retryDecision(error: unknown): RetryDecision {
  if (RetryAfter.isInstance(error)) return { retry: true, afterMilliseconds: error.milliseconds };
  if (InvalidInput.isInstance(error) || Unsupported.isInstance(error) || Terminal.isInstance(error))
    return { retry: false };
  return { retry: true };
}

import { ProviderError } from '../provider/errors/provider-error.ts';
import type { CallFailure } from './metric-table.ts';

/** The core's own reasons to end a call, by their code: see `pods/call-errors.ts` and `assembly/parts.ts`. */
const ownCodes: Readonly<Record<string, CallFailure>> = {
  CallTimeout: 'CallTimeout',
  CallAbandoned: 'CallAbandoned',
  PodDeleted: 'Aborted',
  SubscriptionEnded: 'Aborted',
  Stopped: 'Aborted',
};

/** What a provider call failed with, as one of a few words. */
export function callFailure(error: unknown): CallFailure {
  if (ProviderError.isProviderError(error)) return error.code;
  if (!(error instanceof Error)) return 'Error';
  if (error.name === 'AbortError') return 'Aborted';
  return ('code' in error && typeof error.code === 'string' ? ownCodes[error.code] : undefined) ?? 'Error';
}

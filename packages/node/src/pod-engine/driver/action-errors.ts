import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import { RetryAfter } from '../../provider/errors/retry-after.ts';
import { Terminal } from '../../provider/errors/terminal.ts';
import type { EngineAction, ActionOutcome } from '../machine/engine-action.ts';

/** What an error of an action means to the machine. */
export function failedOutcome({ lane, id, kind }: EngineAction, error: unknown): ActionOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const failure = failureKind(kind, error, message);
  return {
    lane,
    id,
    ok: false,
    message,
    ...(failure !== undefined && { failure }),
    ...(RetryAfter.isInstance(error) && { retryAfterMilliseconds: error.milliseconds }),
  };
}

type FailureKind = Extract<ActionOutcome, { readonly ok: false }>['failure'];

/** Runtimes mark some failures of pulls by the first word (CRI's errors package). */
function failureKind(kind: EngineAction['kind'], error: unknown, message: string): FailureKind {
  if (kind === 'create-container' && (InvalidInput.isInstance(error) || error instanceof RangeError)) return 'config';
  if (kind === 'create-sandbox' && InvalidInput.isInstance(error)) return 'refused';
  if (kind === 'start-container' && (InvalidInput.isInstance(error) || Terminal.isInstance(error))) return 'refused';
  if (kind !== 'pull-image') return undefined;
  if (message.startsWith('RegistryUnavailable')) return 'image-registry';
  if (message.startsWith('SignatureValidationFailed')) return 'image-signature';
  return InvalidInput.isInstance(error) ? 'image-name' : undefined;
}

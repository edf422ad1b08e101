import { NotFound } from '../../provider/errors/not-found.ts';
import { retryDecision } from '../../provider/errors/retry-decision.ts';
import type { Pod } from '../../provider/wire.ts';
import { PodDeletedError } from '../call-errors.ts';
import { errorMessage } from '../error-message.ts';
import { podEventReasons, tellOnce } from '../pod-events.ts';
import { podHash } from '../pod-hash.ts';
import type { PodRecord } from '../pod-record.ts';
import { isUnwanted, prepareUnlessDeleted } from './prepare-unless-deleted.ts';
import { podFields, type StepContext, type StepResult } from './step-context.ts';
import { missingRetryMilliseconds } from './wait-for-missing.ts';

/** Sends the new spec of a pod that runs. Whatever fails, the pod goes on as it is and its phase is left alone. */
export async function updatePod(
  record: PodRecord,
  pod: Pod,
  context: StepContext,
  signal: AbortSignal,
): Promise<StepResult> {
  const preparation = await prepareUnlessDeleted(record, pod, context, signal);
  if (preparation === undefined) return 'again';
  const { prepared, problems } = preparation;
  for (const { reason, message, fieldPath } of problems) {
    tellOnce(record, { type: 'Warning', reason, message, fieldPath }, context.recordEvent);
  }
  if (prepared === undefined) return { requeueAfterMilliseconds: missingRetryMilliseconds };
  try {
    await context.calls.run(
      { method: 'updatePod', ref: record.ref },
      { signal, track: (call) => (record.call = call) },
      (call) => context.provider.updatePod(prepared, record.sent, call),
    );
  } catch (error) {
    return updateFailed(record, pod, error, context, signal);
  }
  record.sent = prepared;
  record.refusedHash = undefined;
  if (record.backend.presence === 'present') record.backend = { ...record.backend, appliedHash: prepared.hash };
  record.backendSequence = context.nextSequence();
  context.recordEvent(record, {
    type: 'Normal',
    reason: podEventReasons.updateSucceeded,
    message: 'Update pod in provider successfully',
  });
  context.log.info('Pod updated', podFields(record));
  return 'again';
}

function updateFailed(
  record: PodRecord,
  pod: Pod,
  error: unknown,
  context: StepContext,
  signal: AbortSignal,
): StepResult {
  if (signal.aborted) throw error;
  if (error instanceof PodDeletedError || isUnwanted(record)) return 'again';
  if (NotFound.isInstance(error)) {
    // Looked for after the backoff: a backend that shows what it cannot find would have it tried without end.
    record.backend = { presence: 'unknown' };
    throw error;
  }
  context.recordEvent(record, { type: 'Warning', reason: podEventReasons.updateFailed, message: errorMessage(error) });
  if (retryDecision(error).retry) throw error;
  record.refusedHash = podHash(pod);
  return 'wait';
}

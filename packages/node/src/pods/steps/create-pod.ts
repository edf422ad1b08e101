import { retryDecision } from '../../provider/errors/retry-decision.ts';
import { formatFieldErrors } from '../../provider/field-error.ts';
import type { PodRejection } from '../../provider/pod-admission.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import { PodDeletedError } from '../call-errors.ts';
import { errorMessage } from '../error-message.ts';
import { omittedByPolicy } from '../injected-policy.ts';
import { podEventReasons, tellOnce } from '../pod-events.ts';
import { podHash } from '../pod-hash.ts';
import type { PodRecord } from '../pod-record.ts';
import { refusalsOf } from '../refusals.ts';
import {
  configErrorStatus,
  finalFailureStatus,
  refusedStatus,
  rejectedStatus,
  transientFailureStatus,
} from '../status/core-status.ts';
import { lookForPod } from './look-for-pod.ts';
import { isUnwanted, prepareUnlessDeleted } from './prepare-unless-deleted.ts';
import { podFields, type StepContext, type StepResult } from './step-context.ts';
import { waitForMissing } from './wait-for-missing.ts';

/** Refuses, prepares and creates a pod that the backend does not have. */
export async function createPod(
  record: PodRecord,
  pod: Pod,
  context: StepContext,
  signal: AbortSignal,
): Promise<StepResult> {
  if (refusePod(record, pod, context)) return 'wait';
  if (context.provider.admit !== undefined) {
    const verdict = await context.admission.judge(record, signal);
    if (isUnwanted(record)) return 'again';
    if (verdict === 'wait') return 'wait';
    if (verdict !== 'admitted') return rejectPod(record, pod, verdict, context);
  }
  const prepared = await preparePod(record, pod, context, signal);
  if (isUnwanted(record)) return 'again';
  if (prepared === undefined) return waitForMissing(record, pod, context);
  tellOmissions(record, pod, context);

  const sequence = context.nextSequence();
  record.backend = { presence: 'unknown' };
  record.backendSequence = sequence;
  try {
    await context.calls.run(
      { method: 'createPod', ref: record.ref },
      { signal, track: (call) => (record.call = call) },
      (call) => context.provider.createPod(prepared, call),
    );
  } catch (error) {
    return createFailed(record, pod, error, sequence, context, signal);
  }
  accept(record, prepared, sequence, context);
  context.recordEvent(record, {
    type: 'Normal',
    reason: podEventReasons.createSucceeded,
    message: 'Create pod in provider successfully',
  });
  context.log.info('Pod created', podFields(record));
  return context.capabilities.notifyPods ? 'again' : lookForPod(record, context, signal);
}

/** What the provider cannot honour is refused before anything exists. True when it was. */
function refusePod(record: PodRecord, pod: Pod, context: StepContext): boolean {
  const errors = refusalsOf(pod, context);
  if (errors.length === 0) return false;
  giveUp(record, pod);
  context.wantStatus(record, refusedStatus(pod, errors));
  tellOnce(
    record,
    { type: 'Warning', reason: podEventReasons.refused, message: formatFieldErrors(errors) },
    context.recordEvent,
  );
  context.log.warn('Pod refused', { ...podFields(record), fields: errors.map(({ field }) => field) });
  return true;
}

/** It is not tried again until it changes, and others may have its place. */
function giveUp(record: PodRecord, pod: Pod): void {
  record.refusedHash = podHash(pod);
  record.admission = 'none';
}

/** The node has no room for it, or is not one that it may be on. */
function rejectPod(record: PodRecord, pod: Pod, rejection: PodRejection, context: StepContext): StepResult {
  const { reason, message } = rejection;
  record.refusedHash = podHash(pod);
  context.wantStatus(record, rejectedStatus(rejection));
  tellOnce(record, { type: 'Warning', reason, message }, context.recordEvent);
  context.log.warn('Pod rejected', { ...podFields(record), reason, message });
  return 'wait';
}

/** The prepared pod, or undefined when something that it refers to is missing: the change that brings it starts the work again. */
async function preparePod(
  record: PodRecord,
  pod: Pod,
  context: StepContext,
  signal: AbortSignal,
): Promise<PreparedPod | undefined> {
  const preparation = await prepareUnlessDeleted(record, pod, context, signal);
  if (preparation === undefined) return undefined;
  const { prepared, problems } = preparation;
  for (const { reason, message, fieldPath } of problems) {
    tellOnce(record, { type: 'Warning', reason, message, fieldPath }, context.recordEvent);
  }
  if (prepared === undefined) {
    const message = problems
      .filter(({ mandatory }) => mandatory)
      .map((problem) => problem.message)
      .join('; ');
    context.wantStatus(record, configErrorStatus(pod, message));
  }
  return prepared;
}

function tellOmissions(record: PodRecord, pod: Pod, context: StepContext): void {
  const omitted = omittedByPolicy(pod, context.injected);
  if (omitted.length === 0) return;
  const message = `The provider runs the pod without what the API server injects at ${omitted.join(', ')}`;
  tellOnce(record, { type: 'Normal', reason: podEventReasons.omitted, message }, context.recordEvent);
}

function accept(record: PodRecord, prepared: PreparedPod, sequence: number, context: StepContext): void {
  record.accepted = true;
  record.sent = prepared;
  record.refusedHash = undefined;
  const { ownership, hash: appliedHash } = prepared;
  // A notification that came during the call knows more than its bare success. One that it is gone may be about an earlier try:
  // that is for a look to find out.
  if (record.backendSequence === sequence) record.backend = { presence: 'present', ownership, appliedHash };
  else if (record.backend.presence === 'present') record.backend = { ownership, appliedHash, ...record.backend };
  else record.backend = { presence: 'unknown' };
  record.backendSequence = context.nextSequence();
}

function createFailed(
  record: PodRecord,
  pod: Pod,
  error: unknown,
  sequence: number,
  context: StepContext,
  signal: AbortSignal,
): StepResult {
  // The backend itself has told of the pod meanwhile: the call failed, the creation did not.
  if (record.backend.presence === 'present' && record.backendSequence > sequence) return 'again';
  // Whether the backend has it is for the next look to find out.
  record.backend = { presence: 'unknown' };
  record.backendSequence = context.nextSequence();
  if (signal.aborted) throw error;
  if (error instanceof PodDeletedError || isUnwanted(record)) return 'again';
  const message = errorMessage(error);
  context.recordEvent(record, { type: 'Warning', reason: podEventReasons.createFailed, message });
  if (retryDecision(error).retry) {
    context.wantStatus(record, transientFailureStatus(message));
    throw error;
  }
  giveUp(record, pod);
  context.wantStatus(record, finalFailureStatus(pod, message));
  return 'again';
}

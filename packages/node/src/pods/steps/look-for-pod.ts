import type { BackendPod } from '../../provider/backend-pod.ts';
import type { CallContext } from '../../provider/call-context.ts';
import { NotFound } from '../../provider/errors/not-found.ts';
import { observedState } from '../observed-state.ts';
import type { PodRecord } from '../pod-record.ts';
import { wantReportedStatus } from '../want-reported-status.ts';
import type { StepContext, StepResult } from './step-context.ts';

/** Asks the backend about one pod. A notification that came during the question knows better and stays. */
export async function lookForPod(record: PodRecord, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  const { calls } = context;
  const sequence = context.nextSequence();
  const found = await calls.run({ method: 'getPod', ref: record.ref }, { signal }, (call) =>
    findPod(record, context, call),
  );
  const complete = await withStatus(found, context, signal);
  if (record.backendSequence > sequence && record.backend.presence !== 'unknown') return 'again';
  record.backendSequence = context.nextSequence();
  if (complete === undefined) {
    record.backend = { presence: 'absent' };
    return 'again';
  }
  const state = observedState(record.backend, complete);
  record.backend = state;
  record.seen = true;
  record.lastReported = state.status;
  if (state.status !== undefined) wantReportedStatus(record, state.status, { want: context.wantStatus });
  return 'again';
}

/** A provider may say that there is no such pod in both ways. */
async function findPod(
  { ref }: PodRecord,
  { provider }: StepContext,
  call: CallContext,
): Promise<BackendPod | undefined> {
  try {
    return await provider.getPod(ref, call);
  } catch (error) {
    if (NotFound.isInstance(error)) return undefined;
    throw error;
  }
}

async function withStatus(
  pod: BackendPod | undefined,
  context: StepContext,
  signal: AbortSignal,
): Promise<BackendPod | undefined> {
  const { provider, calls } = context;
  if (pod === undefined || pod.status !== undefined || provider.getPodStatus === undefined) return pod;
  const status = await calls.run({ method: 'getPodStatus', ref: pod.ref }, { signal }, async (call) =>
    provider.getPodStatus?.(pod.ref, call),
  );
  return status === undefined ? pod : { ...pod, status };
}

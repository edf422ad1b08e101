import type { BackendPod } from '../../provider/backend-pod.ts';
import type { PodRecord } from '../pod-record.ts';
import type { StepContext, StepResult } from './step-context.ts';

/** Asks the backend about one pod. A notification that came during the question knows better and stays. */
export async function lookForPod(record: PodRecord, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  const { provider, calls } = context;
  const sequence = context.nextSequence();
  const found = await calls.run({ method: 'getPod', ref: record.ref }, { signal }, (call) =>
    provider.getPod(record.ref, call),
  );
  const complete = await withStatus(found, context, signal);
  if (record.backendSequence > sequence && record.backend.presence !== 'unknown') return 'again';
  record.backendSequence = context.nextSequence();
  if (complete === undefined) {
    record.backend = { presence: 'absent' };
    return 'again';
  }
  const { status, ownership, appliedHash } = complete;
  record.backend = {
    presence: 'present',
    ...(status !== undefined && { status }),
    ...(ownership !== undefined && { ownership }),
    ...(appliedHash !== undefined && { appliedHash }),
  };
  if (status !== undefined && record.pod !== undefined) context.wantStatus(record, status);
  return 'again';
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

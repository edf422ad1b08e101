import { NotFound } from '../../provider/errors/not-found.ts';
import type { PodRecord } from '../pod-record.ts';
import type { StepContext, StepResult } from './step-context.ts';

/** Frees what the backend keeps of a pod that has ended and is gone from the API. */
export async function removePod(record: PodRecord, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  try {
    await context.calls.run({ method: 'removePod', ref: record.ref }, { signal }, async (call) =>
      context.provider.removePod?.(record.ref, call),
    );
  } catch (error) {
    if (!NotFound.isInstance(error)) throw error;
  }
  record.backend = { presence: 'absent' };
  record.backendSequence = context.nextSequence();
  return 'again';
}

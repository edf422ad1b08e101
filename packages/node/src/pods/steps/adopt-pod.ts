import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import { PodDeletedError } from '../call-errors.ts';
import { tellOnce } from '../pod-events.ts';
import type { PodRecord } from '../pod-record.ts';
import { lookForPod } from './look-for-pod.ts';
import { prepareUnlessDeleted } from './prepare-unless-deleted.ts';
import { podFields, type StepContext, type StepResult } from './step-context.ts';
import { missingRetryMilliseconds } from './wait-for-missing.ts';

/** Hands the provider a pod that it has from a process before this one, so that it can look after it. `bare`: as it is. */
export async function adoptPod(
  record: PodRecord,
  pod: Pod,
  bare: boolean,
  context: StepContext,
  signal: AbortSignal,
): Promise<StepResult> {
  let prepared: PreparedPod | undefined;
  if (!bare) {
    const preparation = await prepareUnlessDeleted(record, pod, context, signal);
    if (preparation === undefined) return 'again';
    prepared = preparation.prepared;
    for (const { reason, message, fieldPath } of preparation.problems) {
      tellOnce(record, { type: 'Warning', reason, message, fieldPath }, context.recordEvent);
    }
    // Told already without what is missing, the provider has nothing to gain from being told again.
    if (prepared === undefined && record.adoption === 'bare') {
      return { requeueAfterMilliseconds: missingRetryMilliseconds };
    }
  }
  try {
    await context.calls.run(
      { method: 'adoptPod', ref: record.ref },
      { signal, track: (call) => (record.call = call) },
      async (call) => context.provider.adoptPod?.(pod, prepared, call),
    );
  } catch (error) {
    if (error instanceof PodDeletedError) return 'again';
    throw error;
  }
  record.adoption = prepared === undefined ? 'bare' : 'whole';
  record.sent = prepared;
  context.log.info('Pod of a process before taken over', podFields(record));
  // Whether it has to be stopped is seen from its status, which the provider may only know now.
  if (bare) return lookForPod(record, context, signal);
  return prepared === undefined ? { requeueAfterMilliseconds: missingRetryMilliseconds } : 'again';
}

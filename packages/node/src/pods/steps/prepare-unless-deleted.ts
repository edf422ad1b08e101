import type { Pod } from '../../provider/wire.ts';
import { PodDeletedError } from '../call-errors.ts';
import type { Preparation } from '../pod-preparer.ts';
import type { PodRecord } from '../pod-record.ts';
import type { StepContext } from './step-context.ts';
import { trackCreation } from './track-creation.ts';

/** Prepares a pod that is to be created or changed. Undefined when the pod was deleted meanwhile. */
export async function prepareUnlessDeleted(
  record: PodRecord,
  pod: Pod,
  context: StepContext,
  signal: AbortSignal,
): Promise<Preparation | undefined> {
  try {
    const preparation = await trackCreation(record, signal, (inner) => context.preparer.prepare(record, pod, inner));
    return isUnwanted(record) ? undefined : preparation;
  } catch (error) {
    if (error instanceof PodDeletedError) return undefined;
    throw error;
  }
}

/** The pod is being deleted, makes room for another, or is gone, by now. */
export function isUnwanted({ pod, preempted }: PodRecord): boolean {
  return preempted || pod === undefined || pod.metadata?.deletionTimestamp !== undefined;
}

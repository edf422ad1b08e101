import { NotFound } from '../../provider/errors/not-found.ts';
import { errorMessage } from '../error-message.ts';
import { podEventReasons } from '../pod-events.ts';
import type { PodRecord } from '../pod-record.ts';
import { lookForPod } from './look-for-pod.ts';
import { podFields, type StepContext, type StepResult } from './step-context.ts';

/** After the grace is over, the backend gets this long before it is asked again. */
const overdueMilliseconds = 10_000;
const defaultGracePeriodSeconds = 30;

/** Asks the backend to stop a pod. */
export async function deletePod(
  record: PodRecord,
  gracePeriodSeconds: number | 'as-last-asked',
  context: StepContext,
  signal: AbortSignal,
): Promise<StepResult> {
  const grace = remainingGrace(
    record,
    gracePeriodSeconds === 'as-last-asked' ? lastAskedGrace(record) : gracePeriodSeconds,
    context.clock.now(),
  );
  const { pod } = record;
  try {
    await context.calls.run(
      { method: 'deletePod', ref: record.ref },
      { signal, track: (call) => (record.call = call) },
      (call) =>
        context.provider.deletePod(record.ref, { gracePeriodSeconds: grace, ...(pod !== undefined && { pod }) }, call),
    );
  } catch (error) {
    if (!NotFound.isInstance(error)) {
      if (!signal.aborted) {
        context.recordEvent(record, {
          type: 'Warning',
          reason: podEventReasons.deleteFailed,
          message: errorMessage(error),
        });
      }
      throw error;
    }
    record.backend = { presence: 'absent' };
    record.backendSequence = context.nextSequence();
    return 'again';
  }
  record.deletion = {
    gracePeriodSeconds: grace,
    deadline: context.clock.monotonic() + grace * 1000 + overdueMilliseconds,
  };
  context.recordEvent(record, {
    type: 'Normal',
    reason: podEventReasons.deleteSucceeded,
    message: 'Delete pod in provider successfully',
  });
  context.log.info('Pod asked to stop', { ...podFields(record), gracePeriodSeconds: grace });
  return context.capabilities.notifyPods ? 'again' : lookForPod(record, context, signal);
}

/** The grace that was asked for when the object was last seen, else the pod's own. */
function lastAskedGrace(record: PodRecord): number {
  const pod = record.pod ?? record.lastPod;
  return (
    pod?.metadata?.deletionGracePeriodSeconds ?? pod?.spec?.terminationGracePeriodSeconds ?? defaultGracePeriodSeconds
  );
}

/** A pod that this process took over while it was being deleted has used up part of its grace already. */
function remainingGrace(record: PodRecord, grace: number, now: number): number {
  const deletionTimestamp = record.pod?.metadata?.deletionTimestamp;
  if (record.accepted || deletionTimestamp === undefined) return grace;
  const remaining = Math.ceil((Date.parse(deletionTimestamp) - now) / 1000);
  return Math.max(0, Math.min(grace, remaining));
}

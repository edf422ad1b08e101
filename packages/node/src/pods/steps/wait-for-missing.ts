import { acceptedAt } from '../../provider/pod-acceptance.ts';
import type { Pod } from '../../provider/wire.ts';
import { podHash } from '../pod-hash.ts';
import type { PodRecord } from '../pod-record.ts';
import { deadlineExceededStatus } from '../status/core-status.ts';
import type { StepContext, StepResult } from './step-context.ts';

/**
 * What is missing usually says itself when it is there. Not everything can, a service account token for one, so it is looked for
 * again after this time.
 */
export const missingRetryMilliseconds = 30_000;

/** Waits for what a pod refers to, as long as its `activeDeadlineSeconds` lets it: past that it ends, though nothing of it ran. */
export function waitForMissing(record: PodRecord, pod: Pod, context: StepContext): StepResult {
  const left = untilDeadline(pod, context.clock.now());
  if (left > 0) return { requeueAfterMilliseconds: Math.min(missingRetryMilliseconds, left) };
  const status = deadlineExceededStatus();
  record.refusedHash = podHash(pod);
  context.wantStatus(record, status);
  context.recordEvent(record, { type: 'Normal', reason: 'DeadlineExceeded', message: status.message ?? '' });
  return 'wait';
}

/** Milliseconds. A pod of which the API shows nothing yet was taken just now. */
function untilDeadline(pod: Pod, now: number): number {
  const seconds = pod.spec?.activeDeadlineSeconds;
  if (seconds === undefined) return Number.POSITIVE_INFINITY;
  return (acceptedAt(pod) ?? now) + seconds * 1000 - now;
}

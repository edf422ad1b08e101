import type { BackendRetention } from '../provider/define-provider.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import { formatPodRef, type PodRef } from '../provider/pod-ref.ts';
import type { Provider } from '../provider/provider.ts';
import type { Clock } from '../work/clock.ts';
import { nextStep, type Step } from './next-step.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { viewOf } from './pod-view.ts';

/** What decides about a pod besides its own record. */
export interface DueStepSurroundings {
  readonly records: PodRecords;
  readonly retention: BackendRetention;
  readonly provider: Provider;
  readonly stamp: (ref: PodRef) => OwnershipStamp;
  readonly clock: Clock;
}

/** What is to be done next for a pod, by what is known at this moment. */
export function dueStep(record: PodRecord, { records, retention, provider, stamp, clock }: DueStepSurroundings): Step {
  const view = viewOf(record, {
    sameName: records.named(formatPodRef(record.ref)),
    stamp: stamp(record.ref),
    retention,
    removable: provider.removePod !== undefined,
    adopts: provider.adoptPod !== undefined,
    now: clock.monotonic(),
  });
  return nextStep(view);
}

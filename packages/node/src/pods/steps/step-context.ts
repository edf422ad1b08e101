import type { Capabilities } from '../../provider/capabilities.ts';
import type { InjectedPolicy } from '../../provider/injected-fields.ts';
import type { Logger } from '../../provider/logger.ts';
import type { OwnershipStamp } from '../../provider/ownership.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { PodEvent } from '../../provider/provider-context.ts';
import type { Provider } from '../../provider/provider.ts';
import type { PodStatus } from '../../provider/wire.ts';
import type { Clock } from '../../work/clock.ts';
import type { PodAdmission } from '../pod-admission.ts';
import type { PodPreparer } from '../pod-preparer.ts';
import type { PodRecord } from '../pod-record.ts';
import type { ProviderCalls } from '../provider-calls.ts';

/** What the steps work with. */
export interface StepContext {
  readonly provider: Provider;
  readonly capabilities: Capabilities;
  readonly injected: InjectedPolicy;
  readonly calls: ProviderCalls;
  readonly preparer: PodPreparer;
  readonly admission: PodAdmission;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stamp: (ref: PodRef) => OwnershipStamp;
  /** The number of this moment: knowledge of the backend that is older is out of date. */
  readonly nextSequence: () => number;
  /** Has the API object of a pod that has ended removed. */
  readonly endInApi: (record: PodRecord) => void;
  /** Has the API server asked whether a pod is gone. */
  readonly confirmGone: (record: PodRecord) => void;
  readonly wantStatus: (record: PodRecord, status: PodStatus) => void;
  readonly recordEvent: (record: PodRecord, event: PodEvent) => void;
}

/** What follows a step: the next one at once, nothing until something changes, or another look after a time. */
export type StepResult = 'again' | 'wait' | { readonly requeueAfterMilliseconds: number };

/** The fields that go with every log line about a pod. */
export function podFields(record: PodRecord): { readonly pod: string; readonly uid: string } {
  return { pod: `${record.ref.namespace}/${record.ref.name}`, uid: record.ref.uid };
}

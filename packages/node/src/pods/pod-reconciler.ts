import type { BackendRetention } from '../provider/define-provider.ts';
import type { Pod, PodStatus } from '../provider/wire.ts';
import type { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import type { Outcome } from '../work/runner.ts';
import { dueStep } from './due-step.ts';
import type { Step } from './next-step.ts';
import { podEventReasons, tellOnce } from './pod-events.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { acknowledgedStatus, endedStatus, lostStatus } from './status/core-status.ts';
import { preemptedStatus } from './status/preempted-status.ts';
import { adoptPod } from './steps/adopt-pod.ts';
import { createPod } from './steps/create-pod.ts';
import { deletePod } from './steps/delete-pod.ts';
import { lookForPod } from './steps/look-for-pod.ts';
import { removePod } from './steps/remove-pod.ts';
import { podFields, type StepContext, type StepResult } from './steps/step-context.ts';
import { updatePod } from './steps/update-pod.ts';
import { timestamp } from './timestamp.ts';

export interface PodReconcilerOptions {
  readonly records: PodRecords;
  readonly context: StepContext;
  readonly retention: BackendRetention;
  readonly telemetry: PodTelemetry;
  /** Drops what is kept for a record. */
  readonly onForget: (record: PodRecord) => void;
}

/** The cache is behind the API server for a moment at most; then the question is asked again. */
export const cacheLagMilliseconds = 1_000;

/** Brings one name to where it should be: reads both worlds, takes the next step, and again, until there is nothing to do. */
export class PodReconciler {
  readonly #options: PodReconcilerOptions;

  constructor(options: PodReconcilerOptions) {
    this.#options = options;
  }

  /** `key` is `namespace/name`. Older pods of the name come first: a newer one waits until they are gone. */
  async reconcile(key: string, signal: AbortSignal): Promise<Outcome> {
    let requeueAfter = Number.POSITIVE_INFINITY;
    const failures: unknown[] = [];
    for (const record of this.#options.records.named(key)) {
      try {
        const advance = (): Promise<number> => this.#advance(record, signal);
        requeueAfter = Math.min(requeueAfter, await this.#options.telemetry.sync(record.ref, advance));
      } catch (error) {
        signal.throwIfAborted();
        // One that cannot be stopped must not keep another of the same name from being looked after.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return Number.isFinite(requeueAfter) ? { kind: 'requeue', afterMilliseconds: requeueAfter } : { kind: 'done' };
  }

  /** Takes steps until the pod waits. Gives the milliseconds after which it wants to be looked at again. */
  async #advance(record: PodRecord, signal: AbortSignal): Promise<number> {
    const { records, context, retention } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const { provider, stamp, clock } = context;
      const step = dueStep(record, { records, retention, provider, stamp, clock });
      const result = await this.#perform(step, record, signal);
      if (result === 'again') continue;
      context.admission.onRest(record);
      return result === 'wait' ? Number.POSITIVE_INFINITY : result.requeueAfterMilliseconds;
    }
  }

  async #perform(step: Step, record: PodRecord, signal: AbortSignal): Promise<StepResult> {
    const { context } = this.#options;
    const { pod } = record;
    switch (step.kind) {
      case 'wait':
        return 'wait';
      case 'wait-for-stop':
        return { requeueAfterMilliseconds: this.#graceLeft(record) };
      case 'look':
        return lookForPod(record, context, signal);
      case 'create':
        return pod === undefined ? 'again' : createPod(record, pod, context, signal);
      case 'update':
        return pod === undefined ? 'again' : updatePod(record, pod, context, signal);
      case 'adopt':
        return pod === undefined ? 'again' : adoptPod(record, pod, step.bare, context, signal);
      case 'delete':
        return deletePod(record, step.gracePeriodSeconds, context, signal);
      case 'remove':
        return removePod(record, context, signal);
      case 'acknowledge':
        if (pod !== undefined) {
          record.acknowledgement = 'wanted';
          context.wantStatus(record, acknowledgedStatus(pod, timestamp(context.clock)));
        }
        return 'wait';
      case 'fail-as-lost':
        return this.#failAsLost(record);
      case 'end':
        if (pod !== undefined) context.wantStatus(record, this.#lastStatus(record, pod));
        return 'wait';
      case 'delete-from-api':
        context.endInApi(record);
        return 'wait';
      case 'confirm-gone':
        context.confirmGone(record);
        return 'wait';
      case 'leave-foreign':
        return this.#leaveForeign(record);
      case 'forget':
        return this.#forget(record, step.foreign);
    }
  }

  #lastStatus(record: PodRecord, pod: Pod): PodStatus {
    const now = timestamp(this.#options.context.clock);
    return record.preempted ? preemptedStatus(record, pod, now) : endedStatus(pod, record.lastReported, now);
  }

  #failAsLost(record: PodRecord): StepResult {
    const { context } = this.#options;
    if (record.pod === undefined) return 'again';
    // What was reported last may not have reached the API yet.
    const last = { ...record.pod, status: record.lastReported ?? record.pod.status };
    const status = lostStatus(last, timestamp(context.clock));
    context.wantStatus(record, status);
    tellOnce(
      record,
      { type: 'Warning', reason: podEventReasons.lost, message: status.message ?? '' },
      context.recordEvent,
    );
    context.log.warn('Pod lost by the backend', podFields(record));
    return 'wait';
  }

  /** It goes on, and the pod stays in the API as long: whoever changed the cluster id or the node's name can change it back. */
  #leaveForeign(record: PodRecord): StepResult {
    const { context } = this.#options;
    const { clusterId, nodeName } =
      (record.backend.presence === 'present' ? record.backend.ownership : undefined) ?? {};
    const message = `The backend object of this pod carries the stamp of cluster ${clusterId ?? ''} and node ${nodeName ?? ''}: it is neither changed nor stopped`;
    tellOnce(record, { type: 'Warning', reason: podEventReasons.foreign, message }, context.recordEvent);
    return 'wait';
  }

  #forget(record: PodRecord, foreign: boolean): StepResult {
    const { context, records, onForget } = this.#options;
    if (foreign) context.log.warn('A backend object without our stamp is left alone', podFields(record));
    records.remove(record);
    onForget(record);
    return 'wait';
  }

  /** Only a stop whose grace is not over is waited for, so this is never zero. */
  #graceLeft(record: PodRecord): number {
    const deadline = record.deletion?.deadline ?? Number.POSITIVE_INFINITY;
    return deadline - this.#options.context.clock.monotonic();
  }
}

import type { Logger } from '../provider/logger.ts';
import type { BackoffOptions } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import type { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import { queueFigures, type QueueFigures } from '../telemetry/queue-figures.ts';
import { traceFieldsOf } from '../telemetry/span.ts';
import { Runner, type Outcome } from '../work/runner.ts';
import type { SharedSlots } from '../work/shared-slots.ts';
import type { TaskGroup } from '../work/task-group.ts';
import { WorkQueue } from '../work/work-queue.ts';
import { retryOfKubeError } from './kube-retry.ts';
import type { PodApi } from './pod-api.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { podFields } from './steps/step-context.ts';

export interface PodEnderOptions {
  readonly api: PodApi;
  readonly records: PodRecords;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry?: PodTelemetry;
  readonly concurrency: number;
  /** Slots for writes that others use too. */
  readonly writeSlots?: SharedSlots | undefined;
  readonly retry: BackoffOptions;
  /** The API server has answered: it takes the end, or confirms that the pod is gone. */
  readonly onEnded: (record: PodRecord) => void;
  /** The API server still has a pod that the watch says is gone. */
  readonly onStillThere: (record: PodRecord) => void;
}

const endFailed = 'A pod that has ended could not be removed from the API';
const lookFailed = 'A pod that is gone from the watch could not be looked for in the API';

/**
 * Removes the API objects of pods that have ended: the last write of a pod's life. Asks, too, whether those are gone that somebody
 * else removed. It has a concurrency of its own, like the status writes, so that a slow API server does not hold the workers that
 * provider calls need.
 */
export class PodEnder {
  readonly #options: PodEnderOptions;
  readonly #queue: WorkQueue<string>;
  readonly #runner: Runner<string>;
  /** What is wanted of each UID. A key of the queue without one is left over, and means nothing. */
  readonly #wishes = new Map<string, 'end' | 'look'>();

  constructor(options: PodEnderOptions) {
    this.#options = options;
    const { clock, log, concurrency, writeSlots, retry } = options;
    this.#queue = new WorkQueue({ clock });
    this.#runner = new Runner({
      queue: this.#queue,
      concurrency,
      ...(writeSlots !== undefined && { shared: writeSlots }),
      clock,
      retry,
      handle: (uid, signal) => this.#fulfil(uid, signal),
      classify: retryOfKubeError,
      onError: (uid, error, attempt, retryInMilliseconds) => {
        const record = options.records.get(uid);
        options.telemetry?.retried('deletions');
        log.warn(this.#wishes.get(uid) === 'look' ? lookFailed : endFailed, {
          ...(record === undefined ? { uid } : podFields(record)),
          attempt,
          error,
          ...traceFieldsOf(error),
          ...(retryInMilliseconds !== undefined && { retryInMilliseconds: Math.round(retryInMilliseconds) }),
        });
      },
    });
  }

  figures(): QueueFigures {
    return queueFigures(this.#queue, this.#runner);
  }

  /** Has the object removed. Saying it again changes nothing. */
  end(record: PodRecord): void {
    this.#want(record, 'end');
  }

  /** Has the API server asked whether a pod is gone that the watch does not show any more. */
  confirmGone(record: PodRecord): void {
    this.#want(record, 'look');
  }

  forget(record: PodRecord): void {
    this.#wishes.delete(record.ref.uid);
    this.#queue.forget(record.ref.uid);
  }

  /** Works in this group, until it is aborted. */
  start(group: TaskGroup): void {
    this.#runner.start(group);
  }

  #want({ ref }: PodRecord, wish: 'end' | 'look'): void {
    this.#wishes.set(ref.uid, wish);
    this.#queue.add(ref.uid);
  }

  async #fulfil(uid: string, signal: AbortSignal): Promise<Outcome> {
    const record = this.#options.records.get(uid);
    const wish = this.#wishes.get(uid);
    if (record !== undefined && wish === 'end') await this.#end(record, signal);
    if (record !== undefined && wish === 'look') await this.#look(record, signal);
    if (this.#wishes.get(uid) === wish) this.#wishes.delete(uid);
    return { kind: 'done' };
  }

  async #end(record: PodRecord, signal: AbortSignal): Promise<void> {
    if (record.pod === undefined || record.apiDeleteDone) return;
    const gone = await this.#options.api.endPod(record.ref, signal);
    record.apiDeleteDone = true;
    record.goneConfirmed = gone;
    if (gone) this.#options.log.info('Pod deleted', podFields(record));
    // The watch says when the object is gone from the cache; only then the record goes, or it would come back with a late event.
    this.#options.onEnded(record);
  }

  async #look(record: PodRecord, signal: AbortSignal): Promise<void> {
    if (record.pod !== undefined) return;
    const gone = await this.#options.api.isGone(record.ref, signal);
    // The watch has brought it back meanwhile: the answer is of before.
    if (record.pod !== undefined) return;
    record.goneConfirmed = gone;
    if (gone) this.#options.onEnded(record);
    else this.#options.onStillThere(record);
  }
}

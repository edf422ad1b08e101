import type { Logger } from '../../provider/logger.ts';
import { formatPodRef } from '../../provider/pod-ref.ts';
import { isTerminalPhase } from '../../provider/pod-phase.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import type { PodTelemetry } from '../../telemetry/pod-telemetry.ts';
import { queueFigures, type QueueFigures } from '../../telemetry/queue-figures.ts';
import { traceFieldsOf } from '../../telemetry/span.ts';
import type { BackoffOptions } from '../../work/backoff.ts';
import type { Clock } from '../../work/clock.ts';
import { Runner, type Outcome, type RetryDecision } from '../../work/runner.ts';
import type { SharedSlots } from '../../work/shared-slots.ts';
import type { TaskGroup } from '../../work/task-group.ts';
import { WorkQueue } from '../../work/work-queue.ts';
import type { PodApi } from '../pod-api.ts';
import { isBehind, type PodRecord, type StatusWrite } from '../pod-record.ts';
import type { PodRecords } from '../pod-records.ts';
import { timestamp } from '../timestamp.ts';
import { desiredStatus } from './desired-status.ts';
import { saysOnlyDeletion } from './says-only-deletion.ts';
import { tellPhase } from './phase-line.ts';
import { statusPatch } from './status-patch.ts';

export interface PodStatusWriterOptions {
  readonly api: PodApi;
  readonly records: PodRecords;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry?: PodTelemetry;
  /** How many writes are in flight at most; one per pod in any case. */
  readonly concurrency: number;
  /** Slots for writes that others use too. */
  readonly writeSlots?: SharedSlots | undefined;
  readonly retry: BackoffOptions;
  /** The node's InternalIP. */
  readonly hostIP: () => string | undefined;
  /** A write was acknowledged, or the API showed that none was needed. */
  onAcknowledged(record: PodRecord): void;
  /** The API server said that the pod is not there (any more) under this UID. */
  onMissing(record: PodRecord): void;
  /** The API server took a write; the watch will bring its version. */
  onWritten(record: PodRecord, write: StatusWrite): void;
  /** Takes what a look at the API server found as the newest state of the pod. */
  onFound(record: PodRecord, pod: Pod): void;
  readonly classify: (error: unknown) => RetryDecision;
  /** True for "no such pod" and "another UID". The watch will say so too, and end the write; else it is tried again. */
  readonly isMissing: (error: unknown) => boolean;
  /** True when nobody knows whether the write took place. The next one begins with a look at what is there. */
  readonly mayHaveTakenPlace: (error: unknown) => boolean;
}

/** For so long a write waits for the watch to bring the one before, by which it is made; then the API server is asked. */
const watchPatienceMilliseconds = 5_000;

/** One for each call of `want`: the same status may be wanted again, since somebody else has written over it. */
interface Wish {
  readonly status: PodStatus;
}

/** An API server that has no such pod, while the watch still shows it, is asked again after this time. */
const missingRetryMilliseconds = 5_000;

/**
 * Brings statuses up to the API server: the latest wins, one write in flight per pod, and what the API shows already is not
 * sent. A terminal phase that the API server has acknowledged is never written over.
 */
export class PodStatusWriter {
  readonly #options: PodStatusWriterOptions;
  readonly #queue: WorkQueue<string>;
  readonly #wanted = new Map<string, Wish>();
  /** UIDs of pods with a write whose outcome nobody knows: what the watch shows is not what a patch can be made from. */
  readonly #unsure = new Set<string>();
  /** For UIDs of pods with a write that the watch has not shown yet: until when, by the monotonic clock, the next waits for it. */
  readonly #waitsUntil = new Map<string, number>();
  readonly #runner: Runner<string>;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: PodStatusWriterOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({ clock: options.clock });
    this.#runner = new Runner({
      queue: this.#queue,
      concurrency: options.concurrency,
      ...(options.writeSlots !== undefined && { shared: options.writeSlots }),
      clock: options.clock,
      handle: (uid, signal) => this.#write(uid, signal),
      retry: options.retry,
      classify: options.classify,
      onError: (uid, error, attempt, retryInMilliseconds) => this.#report(uid, error, attempt, retryInMilliseconds),
    });
  }

  /** How many statuses wait to be written. */
  get pending(): number {
    return this.#wanted.size;
  }

  figures(): QueueFigures {
    return queueFigures(this.#queue, this.#runner);
  }

  /** What the API should show for a pod, from now on. */
  want(record: PodRecord, status: PodStatus): void {
    this.#wanted.set(record.ref.uid, { status });
    this.#options.telemetry?.statusWanted(record.ref);
    this.#queue.add(record.ref.uid);
  }

  forget(record: PodRecord): void {
    this.#wanted.delete(record.ref.uid);
    this.#unsure.delete(record.ref.uid);
    this.#waitsUntil.delete(record.ref.uid);
    this.#queue.forget(record.ref.uid);
    this.#settleIdle();
  }

  /** The watch brought a version of the pod: a write that waited for it goes on. */
  seen(record: PodRecord): void {
    const { uid } = record.ref;
    if (isBehind(record) || !this.#waitsUntil.delete(uid)) return;
    if (this.#wanted.has(uid)) this.#queue.add(uid);
  }

  /** Writes in this group, until it is aborted. */
  start(group: TaskGroup): void {
    this.#runner.start(group);
  }

  /** Resolves when nothing waits to be written. */
  idle(): Promise<void> {
    if (this.#wanted.size === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  async #write(uid: string, signal: AbortSignal): Promise<Outcome> {
    const record = this.#options.records.get(uid);
    const wish = this.#wanted.get(uid);
    if (
      record === undefined ||
      wish === undefined ||
      record.pod === undefined ||
      record.terminalAcknowledged ||
      isTerminalPhase(record.pod.status?.phase)
    ) {
      this.#finish(uid, wish);
      return { kind: 'done' };
    }
    const patience = this.#patienceFor(record);
    if (patience > 0) return { kind: 'requeue', afterMilliseconds: patience };
    const { status } = wish;
    if (this.#unsure.has(uid)) {
      if (!(await this.#lookAgain(record, signal))) return this.#missing(record);
      if (record.pod === undefined || isTerminalPhase(record.pod.status?.phase)) return this.#write(uid, signal);
    }
    const over = record.pod;
    const before = over.status;
    const surroundings = { now: timestamp(this.#options.clock), hostIP: this.#options.hostIP() };
    const desired = desiredStatus(over, status, surroundings);
    const patch = statusPatch(before, desired);
    if (patch !== undefined && !saysOnlyDeletion(over, status, surroundings)) {
      try {
        const version = await this.#options.api.patchStatus(record.ref, patch, signal);
        this.#options.onWritten(record, { over, status, version });
        if (isBehind(record)) this.#waitsUntil.set(uid, this.#options.clock.monotonic() + watchPatienceMilliseconds);
        tellPhase(record, before, desired, this.#options.log);
        if (desired.reason !== before?.reason) this.#options.telemetry?.rejected(desired.reason);
      } catch (error) {
        if (this.#options.mayHaveTakenPlace(error)) this.#unsure.add(uid);
        if (!this.#options.isMissing(error)) throw error;
        return this.#missing(record);
      }
    }
    if (isTerminalPhase(desired.phase)) record.terminalAcknowledged = true;
    this.#finish(uid, wish);
    this.#options.onAcknowledged(record);
    return { kind: 'done' };
  }

  #missing(record: PodRecord): Outcome {
    this.#options.onMissing(record);
    return { kind: 'requeue', afterMilliseconds: missingRetryMilliseconds };
  }

  /** Takes in what the API server has. False when it has no such pod. */
  async #lookAgain(record: PodRecord, signal: AbortSignal): Promise<boolean> {
    const pod = await this.#options.api.readPod(record.ref, signal);
    if (pod === undefined) return false;
    this.#unsure.delete(record.ref.uid);
    this.#options.onFound(record, pod);
    return true;
  }

  /** For how many milliseconds a write still waits for the watch. When that has not come in time, it begins with a look. */
  #patienceFor({ ref }: PodRecord): number {
    const until = this.#waitsUntil.get(ref.uid);
    if (until === undefined) return 0;
    const left = until - this.#options.clock.monotonic();
    if (left > 0) return left;
    this.#waitsUntil.delete(ref.uid);
    this.#unsure.add(ref.uid);
    return 0;
  }

  /** A status that came in during the write stays wanted: its key is in the queue again. */
  #finish(uid: string, done: Wish | undefined): void {
    if (this.#wanted.get(uid) === done) this.#wanted.delete(uid);
    this.#settleIdle();
  }

  #settleIdle(): void {
    if (this.#wanted.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #report(uid: string, error: unknown, attempt: number, retryInMilliseconds: number | undefined): void {
    const record = this.#options.records.get(uid);
    this.#options.telemetry?.retried('statuses');
    this.#options.log.warn('A pod status could not be written', {
      ...(record !== undefined && { pod: formatPodRef(record.ref) }),
      uid,
      attempt,
      error,
      ...traceFieldsOf(error),
      ...(retryInMilliseconds !== undefined && { retryInMilliseconds: Math.round(retryInMilliseconds) }),
    });
  }
}

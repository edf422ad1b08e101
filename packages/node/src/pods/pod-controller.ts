import { retryDecision } from '../provider/errors/retry-decision.ts';
import { formatPodRef, type PodRef } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import type { WorkQueueName } from '../telemetry/metric-table.ts';
import { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import { queueFigures, type QueueFigures } from '../telemetry/queue-figures.ts';
import { traceFieldsOf } from '../telemetry/span.ts';
import { abortOf } from '../work/abort-of.ts';
import { abortable } from '../work/abortable.ts';
import { Runner, type RetryDecision } from '../work/runner.ts';
import { TaskGroup } from '../work/task-group.ts';
import { WorkQueue } from '../work/work-queue.ts';
import { ApiSide } from './api-side.ts';
import { BackendFeed } from './backend-feed.ts';
import { BackendSide } from './backend-side.ts';
import { isMissingPod, mayHaveTakenPlace, retryOfKubeError } from './kube-retry.ts';
import type { PodControllerOptions } from './pod-controller-options.ts';
import type { PodRecord } from './pod-record.ts';
import { refusalsOf } from './refusals.ts';
import { podsByPhase } from './pods-by-phase.ts';
import { dueStep } from './due-step.ts';
import { PodAdmission } from './pod-admission.ts';
import { PodEnder } from './pod-ender.ts';
import { PodPreparer } from './pod-preparer.ts';
import { cacheLagMilliseconds, PodReconciler } from './pod-reconciler.ts';
import { PodRecords } from './pod-records.ts';
import { PodStatusWriter } from './status/pod-status-writer.ts';
import type { StepContext } from './steps/step-context.ts';

/**
 * The pods of one node. Down: the API's pods into the backend. Up: the backend's statuses into the API. Both meet in one
 * record per pod; whatever changes puts the pod's name into one queue, and the reconciler does the rest.
 */
export class PodController {
  readonly #options: PodControllerOptions;
  readonly #records = new PodRecords();
  readonly #queue: WorkQueue<string>;
  readonly #runner: Runner<string>;
  readonly #feed: BackendFeed;
  readonly #writer: PodStatusWriter;
  readonly #preparer: PodPreparer;
  readonly #ender: PodEnder;
  readonly #apiSide: ApiSide;
  readonly #backendSide: BackendSide;
  readonly #telemetry: PodTelemetry;
  readonly #ready = Promise.withResolvers<void>();

  constructor(options: PodControllerOptions) {
    this.#options = options;
    const { clock, log, calls, provider, capabilities, api, retry, random } = options;
    const telemetry = options.telemetry ?? new PodTelemetry({ metrics: new CoreMetrics(), clock, nodeName: '' });
    this.#telemetry = telemetry;
    this.#queue = new WorkQueue({ clock });
    this.#preparer = new PodPreparer({
      ...options.preparation,
      injected: options.injected,
      stamp: options.stamp,
      onChange: (record) => this.#enqueue(record.ref),
    });
    this.#writer = new PodStatusWriter({
      api,
      records: this.#records,
      clock,
      log,
      telemetry,
      concurrency: options.statusWrites,
      writeSlots: options.writeSlots,
      retry,
      hostIP: options.hostIP,
      onAcknowledged: (record) => {
        // A pod that has ended is not prepared again: nothing that it refers to has to be watched.
        if (record.terminalAcknowledged) this.#preparer.release(record);
        // The word before a creation is not the end of it.
        if (record.acknowledgement !== 'wanted') telemetry.acknowledged(record.ref);
        this.#apiSide.onAcknowledged(record);
      },
      // The watch will say so in a moment. If it does not, what is still wanted is tried again, not more often than that.
      onMissing: ({ ref }) => this.#queue.addAfter(formatPodRef(ref), cacheLagMilliseconds),
      onWritten: (record, write) => this.#apiSide.onWritten(record, write),
      onFound: (record, pod) => this.#apiSide.onFound(record, pod),
      classify: retryOfKubeError,
      isMissing: isMissingPod,
      mayHaveTakenPlace,
    });
    this.#ender = new PodEnder({
      telemetry,
      api,
      records: this.#records,
      clock,
      log,
      concurrency: options.statusWrites,
      writeSlots: options.writeSlots,
      retry,
      onEnded: (record) => this.#enqueue(record.ref),
      onStillThere: ({ ref }) => this.#queue.addAfter(formatPodRef(ref), cacheLagMilliseconds),
    });
    const enqueue = (ref: PodRef): void => this.#enqueue(ref);
    const shared = { records: this.#records, writer: this.#writer, enqueue };
    this.#apiSide = new ApiSide({
      ...shared,
      telemetry,
      notified: capabilities.notifyPods,
      backendListed: () => this.#backendSide.listed,
    });
    this.#backendSide = new BackendSide({ ...shared, log, stamp: options.stamp });
    this.#feed = new BackendFeed({
      provider,
      capabilities,
      calls,
      clock,
      log,
      retry,
      ...(random !== undefined && { random }),
      pollMilliseconds: options.pollMilliseconds,
      relistMilliseconds: options.relistMilliseconds,
      handlers: this.#backendSide,
    });
    const reconciler = new PodReconciler({
      records: this.#records,
      context: this.#stepContext(),
      retention: options.retention,
      telemetry,
      onForget: (record) => this.#onForget(record),
    });
    this.#runner = new Runner({
      queue: this.#queue,
      concurrency: options.workers,
      ...(options.workSlots !== undefined && { shared: options.workSlots }),
      clock,
      retry,
      slotTimeoutMilliseconds: options.slotTimeoutMilliseconds,
      ...(random !== undefined && { random }),
      handle: (key, signal) => reconciler.reconcile(key, signal),
      classify: classifyStepError,
      onError: (key, error, attempt, retryInMilliseconds) => {
        telemetry.retried('pods');
        log.warn('Work on a pod failed', {
          pod: key,
          attempt,
          error,
          ...traceFieldsOf(error),
          ...(retryInMilliseconds !== undefined && { retryInMilliseconds: Math.round(retryInMilliseconds) }),
        });
      },
    });
  }

  /** Resolves when both worlds have been read and the work has begun. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** How many pods are known, and how much waits. */
  status(): { readonly pods: number; readonly queued: number; readonly statusesPending: number } {
    return { pods: this.#records.size, queued: this.#queue.length, statusesPending: this.#writer.pending };
  }

  /** The pods of the node that the API has, as they were seen last: by the watch, or by a look. */
  pods(): readonly Pod[] {
    return [...this.#records.all()].flatMap(({ pod }) => (pod === undefined ? [] : [pod]));
  }

  /** The pod that has this name now. */
  findPod(namespace: string, name: string): Pod | undefined {
    return this.#records.named(formatPodRef({ namespace, name })).findLast(({ pod }) => pod !== undefined)?.pod;
  }

  /** How the work stands, for metrics: pods by phase, and the two queues. */
  figures(): {
    readonly phases: ReadonlyMap<string, number>;
    readonly queues: Readonly<Record<WorkQueueName, QueueFigures>>;
  } {
    const queues = {
      pods: queueFigures(this.#queue, this.#runner),
      statuses: this.#writer.figures(),
      deletions: this.#ender.figures(),
    };
    return { phases: podsByPhase(this.#records.all()), queues };
  }

  /**
   * Runs until `stop` is aborted: then no new work begins, calls in progress are told, and statuses that wait are still
   * written, until `force` is aborted.
   */
  async run({ stop, force }: { readonly stop: AbortSignal; readonly force: AbortSignal }): Promise<void> {
    const unsubscribe = this.#options.source.subscribe(this.#apiSide);
    const writing = new TaskGroup(force);
    const work = new TaskGroup(stop);
    writing.signal.addEventListener('abort', () => work.abort(writing.signal.reason), { once: true });
    this.#writer.start(writing);
    this.#ender.start(work);
    work.spawn('backend feed', (signal) => this.#feed.run(signal));
    work.spawn('pods', (signal) => this.#reconcileWhenRead(work, signal));
    try {
      await work.join();
      await Promise.race([this.#writer.idle(), abortOf(writing.signal)]);
    } finally {
      unsubscribe();
      for (const record of this.#records.all()) this.#preparer.release(record);
      writing.abort(force.reason);
      await writing.join();
    }
  }

  /** No create and no delete before both lists are in: an empty cache is not an empty world. */
  async #reconcileWhenRead(group: TaskGroup, signal: AbortSignal): Promise<void> {
    await abortable(Promise.all([this.#options.source.synced, this.#feed.listed]), signal);
    this.#ready.resolve();
    this.#runner.start(group);
  }

  #stepContext(): StepContext {
    const { provider, capabilities, injected, calls, clock, log, stamp, node, retention } = this.#options;
    const records = this.#records;
    const enqueue = (ref: PodRef): void => this.#enqueue(ref);
    const recordEvent: StepContext['recordEvent'] = (record, event) => this.#options.recordEvent(record.ref, event);
    const surroundings = { records, retention, provider, stamp, clock };
    const isDue = (record: PodRecord): boolean =>
      record.pod !== undefined &&
      dueStep(record, surroundings).kind === 'create' &&
      refusalsOf(record.pod, { injected, provider }).length === 0;
    return {
      provider,
      capabilities,
      injected,
      calls,
      preparer: this.#preparer,
      admission: new PodAdmission({ provider, records, node, isDue, recordEvent, enqueue, telemetry: this.#telemetry }),
      clock,
      log,
      stamp,
      recordEvent,
      nextSequence: () => this.#backendSide.nextSequence(),
      endInApi: (record) => this.#ender.end(record),
      confirmGone: (record) => this.#ender.confirmGone(record),
      wantStatus: (record, status) => this.#writer.want(record, status),
    };
  }

  #onForget(record: PodRecord): void {
    this.#writer.forget(record);
    this.#ender.forget(record);
    this.#telemetry.forgotten(record.ref);
    this.#preparer.release(record);
    this.#enqueue(record.ref);
  }

  #enqueue(ref: PodRef): void {
    this.#queue.add(formatPodRef(ref));
  }
}

/**
 * A step fails by the provider's error or by the API server's: each may say when to come back. None is the last: what a
 * provider says will never work ends a create or an update, and those steps see to that themselves; a pod that cannot be
 * looked for, stopped or removed is tried for as long as it is there.
 */
function classifyStepError(error: unknown): RetryDecision {
  const byProvider = retryDecision(error);
  return byProvider.retry && byProvider.afterMilliseconds !== undefined ? byProvider : retryOfKubeError(error);
}

import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PodStep } from '../provider/pod-step.ts';
import type { Clock } from '../work/clock.ts';
import type { CoreMetrics } from './core-metrics.ts';
import type { PodChange, WorkQueueName } from './metric-table.ts';
import { isRejection } from './rejection-reason.ts';
import { podAttributes } from './span-attributes.ts';
import { inSpan, startSpan } from './span.ts';

export interface PodTelemetryOptions {
  readonly metrics: CoreMetrics;
  readonly clock: Clock;
  readonly nodeName: string;
}

/** A change that the API asked for, from its watch event until a status that followed it is acknowledged. */
interface OpenChange {
  readonly kind: PodChange;
  /** Monotonic milliseconds. */
  readonly seenAt: number;
  readonly span: Span | undefined;
  /** Holds the span; the root where nothing traces. */
  readonly context: Context;
  /** The provider was asked to do something about it. */
  called: boolean;
  /** How often the API has told of it; the work may have begun before the last time. */
  version: number;
  /** The work on the newest version has come to an end. */
  synced: boolean;
  /** A status is on its way. */
  statusWanted: boolean;
  /** The API server took a status that was written for it. */
  statusWritten: boolean;
  acknowledged: boolean;
}

/** Says in a context which pod is being worked on there. */
const workedOn = createContextKey('pod that is being worked on');

/** What makes the provider do something, as opposed to asking it. */
const actions: ReadonlySet<string> = new Set(['createPod', 'updatePod', 'deletePod']);

/**
 * Follows each change of a pod through the process: one trace and one pair of latencies, from the watch event over the work and
 * the provider's calls to the acknowledged status. A deletion is followed until the pod is forgotten. Nothing is kept for pods
 * that nothing happens to.
 */
export class PodTelemetry {
  readonly #options: PodTelemetryOptions;
  readonly #open = new Map<string, OpenChange>();

  constructor(options: PodTelemetryOptions) {
    this.#options = options;
  }

  /** How many changes are being followed. */
  get open(): number {
    return this.#open.size;
  }

  /** The API told of a change that means work. One that is being followed goes on, unless this is the pod's deletion. */
  changed(ref: PodRef, kind: PodChange): void {
    const open = this.#open.get(ref.uid);
    if (open !== undefined) {
      if (kind !== 'delete' || open.kind === 'delete') {
        open.version++;
        open.synced = false;
        return;
      }
      this.#close(ref, open);
    }
    const { clock } = this.#options;
    const span = startSpan({ name: `pod ${kind}`, attributes: () => this.#attributes(ref) }, ROOT_CONTEXT);
    this.#open.set(ref.uid, {
      kind,
      seenAt: clock.monotonic(),
      span,
      context: span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span),
      called: false,
      version: 0,
      synced: false,
      statusWanted: false,
      statusWritten: false,
      acknowledged: false,
    });
  }

  /** Does the work on a pod. */
  async sync<T>(ref: PodRef, work: () => Promise<T>): Promise<T> {
    const change = this.#open.get(ref.uid);
    const version = change?.version;
    try {
      // A change without a span is one that nothing traces.
      if (change !== undefined && change.span === undefined) return await work();
      const parent = (change?.context ?? ROOT_CONTEXT).setValue(workedOn, ref.uid);
      return await inSpan({ name: 'pod sync', attributes: () => this.#attributes(ref) }, work, parent);
    } finally {
      if (change !== undefined) {
        change.synced ||= change.version === version;
        this.#settle(ref, change);
      }
    }
  }

  /** Makes a call of the provider. Within {@link sync} it belongs to the work there. */
  async call<T>(method: string, ref: PodRef, call: () => Promise<T>): Promise<T> {
    const { clock, metrics } = this.#options;
    const change = this.#open.get(ref.uid);
    if (change !== undefined && !change.called && actions.has(method)) {
      change.called = true;
      metrics.podReachedProvider(change.kind, clock.monotonic() - change.seenAt);
    }
    return inSpan({ name: `provider ${method}`, calls: true, attributes: () => this.#attributes(ref) }, call);
  }

  /** Takes a step that the provider takes by itself. It belongs to the change that is being followed, if one is. */
  step<T>({ ref, step, container }: PodStep, take: () => Promise<T>): Promise<T> {
    const change = this.#open.get(ref.uid);
    // A probe every second is no trace of its own.
    if (change === undefined && step === 'probe') return take();
    const attributes = (): Attributes => ({
      ...this.#attributes(ref),
      ...(container !== undefined && { 'k8s.container.name': container }),
    });
    return inSpan({ name: `pod ${step}`, attributes }, take, change?.context ?? ROOT_CONTEXT);
  }

  /** Makes a request to the API server. Within {@link sync} it belongs to the work there, else to the change. */
  request<T>(name: string, ref: PodRef, work: () => Promise<T>): Promise<T> {
    const active = context.active();
    // Not whatever else is active: the whole process may run in somebody's span.
    const isInside = active.getValue(workedOn) === ref.uid;
    const parent = isInside ? active : (this.#open.get(ref.uid)?.context ?? ROOT_CONTEXT);
    return inSpan({ name, calls: true, attributes: () => this.#attributes(ref) }, work, parent);
  }

  /** Writes a status to the API server. */
  async writeStatus<T>(ref: PodRef, write: () => Promise<T>): Promise<T> {
    const result = await this.request('pod status write', ref, write);
    const change = this.#open.get(ref.uid);
    if (change !== undefined) change.statusWritten = true;
    return result;
  }

  /** A status is to be written. */
  statusWanted({ uid }: PodRef): void {
    const change = this.#open.get(uid);
    if (change !== undefined) change.statusWanted = true;
  }

  /** What was wanted has been written, or the API showed it already. */
  acknowledged(ref: PodRef): void {
    const change = this.#open.get(ref.uid);
    if (change === undefined) return;
    if (change.statusWritten && !change.acknowledged) {
      const { metrics, clock } = this.#options;
      metrics.podStatusAcknowledged(change.kind, clock.monotonic() - change.seenAt);
    }
    change.acknowledged = true;
    change.statusWanted = false;
    this.#settle(ref, change);
  }

  /** The API server has taken it that a pod is in its state for this reason. */
  rejected(reason = ''): void {
    if (isRejection(reason)) this.#options.metrics.podRejected(reason);
  }

  /** A pod is ended so that a critical one has room, which lacks this. */
  preempted(resource: string): void {
    this.#options.metrics.podPreempted(resource);
  }

  /** Nothing is known of the pod any more. */
  forgotten(ref: PodRef): void {
    const change = this.#open.get(ref.uid);
    if (change !== undefined) this.#close(ref, change);
  }

  /** Work failed and is tried again. */
  retried(queue: WorkQueueName): void {
    this.#options.metrics.retried(queue);
  }

  #attributes(ref: PodRef): Attributes {
    return podAttributes(this.#options.nodeName, ref);
  }

  /** Ends what is over: worked on, no status on its way, and one acknowledged if the provider was asked for anything. */
  #settle(ref: PodRef, change: OpenChange): void {
    if (change.kind === 'delete' || !change.synced || change.statusWanted) return;
    if (change.acknowledged || !change.called) this.#close(ref, change);
  }

  #close({ uid }: PodRef, change: OpenChange): void {
    change.span?.end();
    if (this.#open.get(uid) === change) this.#open.delete(uid);
  }
}

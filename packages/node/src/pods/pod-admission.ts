import type { PodPreemption, PodRejection } from '../provider/pod-admission.ts';
import { isFinished, isTerminalPhase } from '../provider/pod-phase.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PodEvent } from '../provider/provider-context.ts';
import type { Provider } from '../provider/provider.ts';
import type { Node, Pod } from '../provider/wire.ts';
import type { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import { Slots } from '../work/slots.ts';
import { abortStart } from './abort-start.ts';
import { podEventReasons } from './pod-events.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { hasStarted } from './pod-view.ts';
import { preemptedMessage } from './status/preempted-status.ts';

/** The Node that pods are admitted to. */
export interface AdmittingNodeSource {
  /** As it was seen last; undefined while the API has none. */
  current(): Node | undefined;
  /** As the API server has it now. */
  read(signal: AbortSignal): Promise<Node | undefined>;
}

export interface PodAdmissionOptions {
  readonly provider: Provider;
  readonly records: PodRecords;
  readonly node: AdmittingNodeSource;
  /** Whether the pod is to be created next, and is not refused. */
  readonly isDue: (record: PodRecord) => boolean;
  readonly recordEvent: (record: PodRecord, event: PodEvent) => void;
  readonly enqueue: (ref: PodRef) => void;
  readonly telemetry: PodTelemetry;
}

/** `wait`: it is looked at again when those have ended that make room. */
export type PodVerdict = 'admitted' | 'wait' | PodRejection;

/**
 * Lets pods onto a node that counts what it has, one after the other, the oldest first. What was decided for a pod stays: one
 * that was let in keeps its place until it ends, one that was rejected never runs. While pods are being ended for a critical one,
 * nobody is rejected, as there will be more room; and nobody is let in past a pod that cannot be decided on yet.
 */
export class PodAdmission {
  readonly #options: PodAdmissionOptions;
  /** Of two pods that are judged at once, each would find the room of both. */
  readonly #turns = new Slots(1);
  /** To be looked at again when a pod has made room. */
  #waiting: PodRecord[] = [];

  constructor(options: PodAdmissionOptions) {
    this.#options = options;
  }

  /**
   * Whether the pod may be created now. Throws when that cannot be told.
   */
  async judge(record: PodRecord, signal: AbortSignal): Promise<PodVerdict> {
    if (this.#options.provider.admit === undefined) return 'admitted';
    if (record.admission === 'none') {
      const release = await this.#turns.acquire(signal);
      try {
        for (const older of this.#waitingUpTo(record)) {
          await this.#decide(older, signal);
          if (older.admission === 'none') break;
        }
      } finally {
        release();
      }
    }
    if (typeof record.admission !== 'string') return record.admission;
    record.roomFrom = record.roomFrom.filter((victim) => this.#takesRoom(victim));
    if (record.admission === 'admitted' && record.roomFrom.length === 0) return 'admitted';
    if (!this.#waiting.includes(record)) this.#waiting.push(record);
    return 'wait';
  }

  /** The work on a pod has come to rest. When it was to make room and has, those that wait for that are looked at again. */
  onRest(record: PodRecord): void {
    if (!record.preempted || this.#takesRoom(record)) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { ref } of waiting) this.#options.enqueue(ref);
  }

  /** Those that were created before it and are to be decided on, and itself as the last. */
  #waitingUpTo(record: PodRecord): PodRecord[] {
    const { records, isDue } = this.#options;
    const created = createdAt(record);
    const older = [...records.all()].filter(
      (other) => other !== record && other.admission === 'none' && createdAt(other) < created && isDue(other),
    );
    return [...older.sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1)), record];
  }

  /** A rejection is for ever, and what is known of the Node may be a moment behind the scheduler: it is read before. */
  async #decide(record: PodRecord, signal: AbortSignal): Promise<void> {
    const { node } = this.#options;
    if (record.admission !== 'none') return;
    let objection = this.#ask(record, node.current());
    if (objection !== undefined && this.#isRoomBeingMade()) return;
    if (objection !== undefined) objection = this.#ask(record, await node.read(signal));
    if (objection === undefined || 'victims' in objection) {
      record.roomFrom = (objection?.victims ?? []).flatMap((victim) => this.#preempt(victim, objection?.resource));
      record.admission = 'admitted';
    } else record.admission = objection;
  }

  #ask(record: PodRecord, node: Node | undefined): PodRejection | PodPreemption | undefined {
    const { provider } = this.#options;
    return record.pod === undefined ? undefined : provider.admit?.(record.pod, { node, others: this.#others(record) });
  }

  #preempt({ uid }: PodRef, resource = ''): PodRecord[] {
    const { records, recordEvent, enqueue, telemetry } = this.#options;
    const victim = records.get(uid);
    if (victim === undefined) return [];
    victim.preempted = true;
    abortStart(victim);
    telemetry.preempted(resource);
    recordEvent(victim, { type: 'Warning', reason: podEventReasons.preempted, message: preemptedMessage });
    enqueue(victim.ref);
    return [victim];
  }

  #isRoomBeingMade(): boolean {
    return [...this.#options.records.all()].some((record) => record.preempted && takesRoom(record));
  }

  #takesRoom(record: PodRecord): boolean {
    return this.#options.records.get(record.ref.uid) === record && takesRoom(record);
  }

  #others(record: PodRecord): Pod[] {
    const found: Pod[] = [];
    for (const other of this.#options.records.all())
      if (other !== record && other.pod !== undefined && takesRoom(other)) found.push(other.pod);
    return found;
  }
}

/** RFC 3339 in whole seconds, UTC: comparable as text. */
function createdAt({ pod }: PodRecord): string {
  return pod?.metadata?.creationTimestamp ?? '';
}

/** Let in by this process, or running already when it started, and not ended. */
function takesRoom({ pod, admission, accepted, backend, terminalAcknowledged }: PodRecord): boolean {
  if (terminalAcknowledged || isTerminalPhase(pod?.status?.phase)) return false;
  if (backend.presence === 'present') return !isFinished(backend.status);
  return admission === 'admitted' || accepted || hasStarted(pod?.status);
}

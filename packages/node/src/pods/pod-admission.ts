import type { PodRejection } from '../provider/pod-admission.ts';
import { isFinished, isTerminalPhase } from '../provider/pod-phase.ts';
import type { Provider } from '../provider/provider.ts';
import type { Node, Pod } from '../provider/wire.ts';
import { Slots } from '../work/slots.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { hasStarted } from './pod-view.ts';

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
}

/**
 * Lets pods onto a node that counts what it has, one after the other, the oldest first. What was decided for a pod stays: one
 * that was let in keeps its place until it ends, one that was rejected never runs.
 */
export class PodAdmission {
  readonly #options: PodAdmissionOptions;
  /** Of two pods that are judged at once, each would find the room of both. */
  readonly #turns = new Slots(1);

  constructor(options: PodAdmissionOptions) {
    this.#options = options;
  }

  /**
   * Undefined when the pod may be created. Throws when that cannot be told now.
   */
  async judge(record: PodRecord, signal: AbortSignal): Promise<PodRejection | undefined> {
    if (this.#options.provider.admit === undefined) return undefined;
    if (record.admission === 'none') {
      const release = await this.#turns.acquire(signal);
      try {
        for (const older of this.#waitingUpTo(record)) await this.#decide(older, signal);
      } finally {
        release();
      }
    }
    return typeof record.admission === 'string' ? undefined : record.admission;
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
    let rejection = this.#ask(record, node.current());
    if (rejection !== undefined) rejection = this.#ask(record, await node.read(signal));
    record.admission = rejection ?? 'admitted';
  }

  #ask(record: PodRecord, node: Node | undefined): PodRejection | undefined {
    const { provider } = this.#options;
    return record.pod === undefined ? undefined : provider.admit?.(record.pod, { node, others: this.#others(record) });
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

import { isOlderResourceVersion } from '../kube/resource-version.ts';
import { podRefOf, type PodRef } from '../provider/pod-ref.ts';
import { isTerminalPhase } from '../provider/pod-phase.ts';
import { shareUnchanged } from '../kube/share-unchanged.ts';
import type { Pod } from '../provider/wire.ts';
import { abortStart } from './abort-start.ts';
import { podHash } from './pod-hash.ts';
import type { PodRecord, StatusWrite } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import type { PodSourceHandlers } from './pod-source.ts';
import type { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import type { PodStatusWriter } from './status/pod-status-writer.ts';
import { wantReportedStatus } from './want-reported-status.ts';
import { concernsWork } from './work-triggers.ts';

export interface ApiSideOptions {
  readonly records: PodRecords;
  readonly writer: PodStatusWriter;
  /** The provider tells of changes by itself: what is known of the backend is what there is. */
  readonly notified: boolean;
  /** True once the backend has been listed: what it did not list then, it does not have. */
  readonly backendListed: () => boolean;
  readonly enqueue: (ref: PodRef) => void;
  readonly telemetry?: PodTelemetry;
}

/** Writes into the records what the API says. */
export class ApiSide implements PodSourceHandlers {
  readonly #options: ApiSideOptions;

  constructor(options: ApiSideOptions) {
    this.#options = options;
  }

  onApply(pod: Pod): void {
    const ref = podRefOf(pod);
    const record = this.#options.records.get(ref.uid) ?? this.#addRecord(ref, pod);
    const isEcho = isEchoOfOwnWrite(record, pod);
    record.ownWrite = undefined;
    if (isOutdated(record, pod)) return;
    const added = record.pod === undefined;
    // It was gone from the cache, or is new: what was found out about its absence does not hold.
    if (added) forgetEnd(record);
    const concerned = record.pod === undefined || concernsWork(record.pod, pod);
    takeIn(record, pod);
    // The API shows what it has: an end that it acknowledged and does not show is one that it has lost.
    if (!isTerminalPhase(pod.status?.phase)) record.terminalAcknowledged = false;
    const deleting = pod.metadata?.deletionTimestamp !== undefined;
    if (concerned) this.#options.telemetry?.changed(ref, deleting ? 'delete' : added ? 'create' : 'update');
    if (deleting) abortStart(record);
    // Somebody else may have written over what the backend reported. What a polled backend reported may be old by now, and they may
    // know better (another process for this node): the next report decides. The end of a pod that is being deleted is written once, in
    // one piece: the generation that the deletion itself gave it is not worth a write of its own.
    if (!isEcho) this.#compareWithBackend(record, added);
    this.#options.writer.seen(record);
    if (concerned) this.#options.enqueue(ref);
  }

  #compareWithBackend(record: PodRecord, added: boolean): void {
    const { backend, pod } = record;
    const deleting = pod?.metadata?.deletionTimestamp !== undefined;
    if (!added && !this.#options.notified) record.changedInApi = true;
    else if (!deleting && backend.presence === 'present' && backend.status !== undefined) {
      wantReportedStatus(record, backend.status, this.#options.writer);
    }
  }

  onDelete(last: Pod): void {
    const ref = podRefOf(last);
    const record = this.#options.records.get(ref.uid);
    if (record === undefined) return;
    record.lastPod = last;
    record.pod = undefined;
    record.aheadVersion = undefined;
    record.ownWrite = undefined;
    this.#options.writer.forget(record);
    this.#options.telemetry?.changed(ref, 'delete');
    abortStart(record);
    this.#options.enqueue(ref);
  }

  /**
   * Nothing that the API server acknowledged may be taken for done, and no version of before compared with one that comes. What
   * the backend runs is still known.
   */
  onHistoryReplaced(): void {
    for (const record of this.#options.records.all()) {
      record.aheadVersion = undefined;
      record.ownWrite = undefined;
      this.#options.writer.seen(record);
      forgetEnd(record);
    }
  }

  /** The watch will bring what the API server has since; what it brings until then is older, and no news. */
  onWritten(record: PodRecord, write: StatusWrite): void {
    const known = record.pod?.metadata?.resourceVersion;
    if (known === undefined || !isOlderResourceVersion(known, write.version)) return;
    record.aheadVersion = write.version;
    record.ownWrite = write;
  }

  /**
   * What a look at the API server found may be ahead of the watch, which will bring nothing newer: a deletion that shows in it
   * first is noticed here or never.
   */
  onFound(record: PodRecord, pod: Pod): void {
    const before = record.pod;
    if (before === undefined || !isNewer(pod, before)) return;
    record.pod = shareUnchanged(before, pod);
    record.aheadVersion = pod.metadata?.resourceVersion;
    const deleting = pod.metadata?.deletionTimestamp !== undefined;
    if (deleting) abortStart(record);
    if (!concernsWork(before, pod)) return;
    if (deleting) this.#options.telemetry?.changed(record.ref, 'delete');
    this.#options.enqueue(record.ref);
  }

  /** Only an acknowledgement that something waits for starts work: a retry that is due later is not brought forward by it. */
  onAcknowledged(record: PodRecord): void {
    if (record.acknowledgement === 'wanted') record.acknowledgement = 'written';
    else if (!record.terminalAcknowledged) return;
    this.#options.enqueue(record.ref);
  }

  /** A pod that is new to the API and has never run is not in the backend; any other has to be looked for. */
  #addRecord(ref: PodRef, pod: Pod): PodRecord {
    const record = this.#options.records.getOrAdd(ref);
    const fresh =
      pod.status?.startTime === undefined &&
      pod.metadata?.deletionTimestamp === undefined &&
      !isTerminalPhase(pod.status?.phase);
    if (this.#options.backendListed() && fresh) record.backend = { presence: 'absent' };
    return record;
  }
}

/**
 * The watch is in order, and says what is there: of what it brings, only that is older which a write of ours or a look has overtaken.
 * A version that is merely lower is none: after a restore of etcd they begin again.
 */
function isOutdated(record: PodRecord, pod: Pod): boolean {
  const { aheadVersion } = record;
  const version = pod.metadata?.resourceVersion ?? '';
  if (aheadVersion === undefined || record.pod === undefined) return false;
  if (isOlderResourceVersion(version, aheadVersion)) return true;
  record.aheadVersion = undefined;
  if (version !== record.pod.metadata?.resourceVersion) return false;
  takeIn(record, pod);
  return true;
}

/**
 * True for the version that a write of ours made, of what the backend still reports, where nobody wrote between what it was made from and it:
 * such a version shows the report, and need not be compared with it.
 */
function isEchoOfOwnWrite({ pod: before, backend, ownWrite }: PodRecord, pod: Pod): boolean {
  return (
    ownWrite !== undefined &&
    ownWrite.over === before &&
    ownWrite.version === pod.metadata?.resourceVersion &&
    backend.presence === 'present' &&
    backend.status === ownWrite.status
  );
}

/** The cache's copy serves also as what was sent last, where nothing changed of that. */
function takeIn(record: PodRecord, cached: Pod): void {
  record.pod = cached;
  if (record.sent?.hash === podHash(cached)) record.sent = { ...record.sent, pod: cached };
}

function isNewer(pod: Pod, than: Pod): boolean {
  const a = pod.metadata?.resourceVersion ?? '';
  const b = than.metadata?.resourceVersion ?? '';
  return a !== b && !isOlderResourceVersion(a, b);
}

/** What the API server acknowledged about the end of the pod. */
function forgetEnd(record: PodRecord): void {
  record.goneConfirmed = false;
  record.apiDeleteDone = false;
  record.terminalAcknowledged = false;
}

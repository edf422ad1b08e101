import type { BackendPod, GonePod } from '../provider/backend-pod.ts';
import type { Logger } from '../provider/logger.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { BackendFeedHandlers } from './backend-feed.ts';
import { observedState } from './observed-state.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { sameStamp } from './pod-view.ts';
import type { PodStatusWriter } from './status/pod-status-writer.ts';
import { jsonEquals } from '../kube/json-equals.ts';
import { TurnBudget } from '../work/turn-budget.ts';
import { UnstampedObjects } from './unstamped-objects.ts';
import { wantReportedStatus } from './want-reported-status.ts';
import { concernsBackendWork } from './work-triggers.ts';

/** How many pods of a listing are taken in before other work gets a turn. */
const podsPerTurn = 100;

export interface BackendSideOptions {
  readonly records: PodRecords;
  readonly writer: PodStatusWriter;
  readonly log: Logger;
  readonly stamp: (ref: PodRef) => OwnershipStamp;
  readonly enqueue: (ref: PodRef) => void;
}

/** Writes into the records what the backend says. What is older than what is known already is dropped. */
export class BackendSide implements BackendFeedHandlers {
  readonly #options: BackendSideOptions;
  readonly #unstamped: UnstampedObjects;
  #sequence = 0;
  #listed = false;

  constructor(options: BackendSideOptions) {
    this.#options = options;
    this.#unstamped = new UnstampedObjects(options.log);
  }

  /** True after the first complete listing. */
  get listed(): boolean {
    return this.#listed;
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  onPod(pod: BackendPod | GonePod): void {
    const sequence = this.nextSequence();
    if (!('gone' in pod)) {
      this.#observe(pod, sequence);
      return;
    }
    const record = this.#options.records.get(pod.ref.uid);
    if (record !== undefined) this.#markAbsent(record, sequence);
  }

  /** A long listing is taken in over several turns of the event loop; what is told meanwhile is newer, and counts. */
  async onListing(pods: readonly BackendPod[], sequence: number): Promise<void> {
    const { records } = this.#options;
    const turn = new TurnBudget(podsPerTurn);
    const listed = new Set(pods.map(({ ref }) => ref.uid));
    let unstamped = 0;
    for (const pod of pods) {
      if (!turn.tryTake()) await turn.take();
      const record = records.get(pod.ref.uid);
      if (record !== undefined && record.backendSequence > sequence) continue;
      if (!this.#observe(pod, sequence)) unstamped++;
    }
    this.#unstamped.listed(unstamped);
    for (const record of records.all()) {
      if (!turn.tryTake()) await turn.take();
      // A call that is under way may be creating it right now.
      if (listed.has(record.ref.uid) || record.backendSequence > sequence || record.call !== undefined) continue;
      if (record.backend.presence !== 'absent') this.#markAbsent(record, sequence);
    }
    this.#listed = true;
  }

  #markAbsent(record: PodRecord, sequence: number): void {
    const before = record.backend;
    record.backend = { presence: 'absent' };
    record.backendSequence = sequence;
    // Where nothing was known, somebody is about to look, or waits for the time of a retry, which a listing must not bring forward.
    if (before.presence === 'present') this.#options.enqueue(record.ref);
  }

  /** Gives false for an object that is not ours. */
  #observe(pod: BackendPod, sequence: number): boolean {
    const record = this.#options.records.get(pod.ref.uid) ?? this.#adopt(pod);
    if (record === undefined) return false;
    const before = record.backend;
    const after = observedState(before, pod);
    record.backend = after;
    record.seen = true;
    record.lastReported = after.status;
    record.backendSequence = sequence;
    const known = before.presence === 'present' ? before.status : undefined;
    if (after.status !== undefined && (record.changedInApi || !jsonEquals(known, after.status)))
      wantReportedStatus(record, after.status, this.#options.writer);
    record.changedInApi = false;
    if (concernsBackendWork(before, after)) this.#options.enqueue(record.ref);
    return true;
  }

  /** A backend object that no known pod explains: ours to look after when it carries our stamp, else nobody's. */
  #adopt(pod: BackendPod): PodRecord | undefined {
    if (pod.ownership !== undefined && sameStamp(pod.ownership, this.#options.stamp(pod.ref))) {
      return this.#options.records.getOrAdd(pod.ref);
    }
    this.#unstamped.saw(pod.ref);
    return undefined;
  }
}

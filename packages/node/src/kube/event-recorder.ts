import { silentLogger, type Logger } from '../provider/logger.ts';
import { Backoff } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import type { TaskGroup } from '../work/task-group.ts';
import type { KubeClient } from './client.ts';
import { createObject } from './create-object.ts';
import { EventCorrelator, type EventRecord, type InvolvedObject, type RecordedEvent } from './event-correlator.ts';
import { eventMessage } from './event-message.ts';
import { eventObject, eventTime, type EventReporter } from './event-object.ts';
import { isAlreadyExists, isForbidden, isNotFound, KubeError, throttledBy } from './kube-error.ts';
import { patchObject } from './patch-object.ts';
import { events } from './resource.ts';
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts';

/** Makes one write of an event, for who measures or traces it. It must call `write` exactly once, and fails as that does. */
export type EventWriteObserver = (involved: InvolvedObject, write: () => Promise<void>) => Promise<void>;

/** What an {@link EventRecorder} is made of. */
export interface EventRecorderOptions extends EventReporter {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log?: Logger;
  /** How many events may wait; more push out the oldest. Defaults to 1,000. */
  readonly queueLimit?: number;
  /** What all events together may take of the API server. Defaults to the kubelet's: 50 per second, 100 at once. */
  readonly budget?: TokenBucketOptions;
  /** Gives numbers from 0 up to 1. */
  readonly random?: () => number;
  /** Told of every event that is given up. */
  readonly onDropped?: () => void;
  readonly observeWrite?: EventWriteObserver;
  /**
   * How long nothing has to have been recorded before an event is written, milliseconds: whoever records one is about to do something of more
   * worth, such as the next call to the backend or the write of a status. An event waits for ten times that at the most. 0 by default.
   */
  readonly holdMilliseconds?: number;
}

/** As in client-go: about two minutes of trying, for one event. */
const attemptsPerEvent = 12;

/** Something is recorded all the time on a busy node: an event is written all the same when it has waited for so many holds. */
const holdsAtMost = 10;

const backoffOptions = {
  initialMilliseconds: 500,
  maximumMilliseconds: 10_000,
  factor: 2,
  jitter: 0.5,
  resetAfterMilliseconds: 120_000,
};

interface QueuedEvent {
  attempts: number;
  readonly queuedAt: number;
}

/**
 * Writes events, one at a time, on a budget of its own. `record` never waits and never fails: an event is worth less than what
 * it tells of, so what is too much is dropped and counted.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #log: Logger;
  readonly #correlator: EventCorrelator;
  readonly #budget: TokenBucket;
  readonly #backoff: Backoff;
  readonly #queue = new Map<EventRecord, QueuedEvent>();
  #recordedAt = 0;
  #group: TaskGroup | undefined;
  #isRunning = false;
  #isWriting = false;
  #isClosed = false;
  #dropped = 0;
  #onIdle: (() => void)[] = [];
  #endHold: (() => void) | undefined;

  constructor(options: EventRecorderOptions) {
    const { clock, log = silentLogger, random = Math.random } = options;
    this.#options = options;
    this.#log = log;
    this.#correlator = new EventCorrelator(clock, random);
    this.#budget = new TokenBucket(options.budget ?? { burst: 100, tokensPerSecond: 50 }, clock);
    this.#backoff = new Backoff(backoffOptions, clock, random);
  }

  /** How many events were never written: too many waited, the server refused them, or it could not be reached for long. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes an event to be written later. Returns at once. */
  record(involved: InvolvedObject, event: RecordedEvent): void {
    if (this.#isClosed) {
      this.#drop('the recorder is closed');
      return;
    }
    const record = this.#correlator.correlate(involved, { ...event, message: eventMessage(event.message) });
    if (record === undefined) return;
    this.#recordedAt = this.#options.clock.monotonic();
    this.#enqueue(record);
  }

  /** Writes what is recorded in this group, until it is aborted. While there is nothing to write, nothing runs in it. */
  start(group: TaskGroup): void {
    this.#group = group;
    this.#beginWriting();
  }

  /** Resolves when nothing is left to write; it needs `start`. Rejects with `signal.reason` when the signal is aborted first. */
  flush(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      else if (this.#queue.size === 0 && !this.#isWriting) resolve();
      else {
        const onAbort = (): void => {
          this.#onIdle = this.#onIdle.filter((idle) => idle !== onIdle);
          reject(signal.reason);
        };
        const onIdle = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
        this.#onIdle.push(onIdle);
        signal.addEventListener('abort', onAbort, { once: true });
        this.#endHold?.();
      }
    });
  }

  /** Takes no more events, and writes what is left; what is still left when the signal is aborted is given up and counted. */
  async close(signal: AbortSignal): Promise<void> {
    this.#isClosed = true;
    try {
      await this.flush(signal);
    } catch (error) {
      if (error !== signal.reason) throw error;
      this.#dropRest();
    }
  }

  #enqueue(record: EventRecord): void {
    if (this.#queue.has(record)) return;
    this.#queue.set(record, { attempts: 0, queuedAt: this.#recordedAt });
    if (this.#queue.size > (this.#options.queueLimit ?? 1_000)) {
      const [oldest] = this.#queue.keys();
      if (oldest !== undefined) this.#queue.delete(oldest);
      this.#drop('too many events are waiting');
    }
    this.#beginWriting();
  }

  #beginWriting(): void {
    if (this.#isRunning || this.#queue.size === 0 || this.#group?.signal.aborted !== false) return;
    this.#isRunning = true;
    this.#group.spawn('write events', (signal) => this.#writeAll(signal));
  }

  async #writeAll(signal: AbortSignal): Promise<void> {
    try {
      // Not from within the call that records.
      await Promise.resolve();
      for (let [next] = this.#queue; next !== undefined && !signal.aborted; [next] = this.#queue) {
        const [record, entry] = next;
        const hold = this.#holdFor(entry);
        if (hold > 0) await this.#pause(hold, signal);
        else await this.#writeNext(record, entry, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  /** For how long an event still gives way to what has more worth, milliseconds; who waits for all to be written is not held up. */
  #holdFor({ queuedAt }: QueuedEvent): number {
    const { clock, holdMilliseconds = 0 } = this.#options;
    if (this.#onIdle.length > 0) return 0;
    const end = Math.min(this.#recordedAt + holdMilliseconds, queuedAt + holdsAtMost * holdMilliseconds);
    return end - clock.monotonic();
  }

  #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', end);
        this.#endHold = undefined;
        resolve();
      };
      const timer = this.#options.clock.setTimer(end, milliseconds);
      signal.addEventListener('abort', end, { once: true });
      this.#endHold = end;
    });
  }

  async #writeNext(record: EventRecord, entry: QueuedEvent, signal: AbortSignal): Promise<void> {
    const wait = this.#budget.wait();
    if (wait > 0) await this.#options.clock.sleep(wait, signal);
    if (!this.#queue.has(record) || !this.#budget.tryTake()) return;
    this.#queue.delete(record);
    this.#isWriting = true;
    entry.attempts += 1;
    let delay = 0;
    try {
      const write = (): Promise<void> => this.#write(record, signal);
      await (this.#options.observeWrite?.(record.involved, write) ?? write());
      this.#backoff.reset();
    } catch (error) {
      if (signal.aborted) throw error;
      delay = this.#failed(record, entry, error);
    } finally {
      this.#isWriting = false;
    }
    if (this.#queue.size === 0) for (const idle of this.#onIdle.splice(0)) idle();
    else if (delay > 0) await this.#options.clock.sleep(delay, signal);
  }

  async #write(record: EventRecord, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    if (record.isCreated) {
      try {
        const { namespace, name, count, message } = record;
        const patch = { count, message, lastTimestamp: eventTime(record.lastTimestamp) };
        await patchObject(client, events, { namespace, name }, { patch, patchType: 'merge' }, signal);
        return;
      } catch (error) {
        // Events are kept for an hour; this one is gone.
        if (!isNotFound(error)) throw error;
      }
    }
    try {
      await createObject(client, events, eventObject(record, this.#options), {}, signal);
    } catch (error) {
      // The answer to an earlier attempt was lost.
      if (!isAlreadyExists(error)) throw error;
    }
    record.isCreated = true;
  }

  /** Gives the delay before the next write: while the server is in trouble, all events wait. */
  #failed(record: EventRecord, entry: QueuedEvent, error: unknown): number {
    const throttled = throttledBy(error);
    const isRefused = error instanceof KubeError && error.code < 500 && throttled === undefined;
    if (isRefused) {
      if (!isNamespaceGone(error)) this.#log.warn('the API server refused an event', { reason: record.reason, error });
      this.#drop();
      return 0;
    }
    if (entry.attempts >= attemptsPerEvent) {
      this.#drop('the API server could not take it');
      return 0;
    }
    const waiting = [...this.#queue].filter(([other]) => other !== record);
    this.#queue.clear();
    for (const [other, its] of [[record, entry] as const, ...waiting]) this.#queue.set(other, its);
    return throttled?.retryAfterMilliseconds ?? this.#backoff.next();
  }

  #drop(why?: string): void {
    this.#dropped += 1;
    this.#options.onDropped?.();
    // The first, and then ever fewer: a flood of events is not to become a flood of lines.
    if (why !== undefined && Number.isInteger(Math.log10(this.#dropped)))
      this.#log.warn('events were dropped', { why, dropped: this.#dropped });
  }

  #dropRest(): void {
    const left = this.#queue.size + (this.#isWriting ? 1 : 0);
    this.#queue.clear();
    for (let each = 0; each < left; each++) this.#drop();
    if (left > 0) this.#log.warn('events were dropped', { why: 'the time to write them was over', dropped: left });
  }
}

/** Nobody will read an event in a namespace that is being deleted (403 with its own cause) or is gone (404). */
function isNamespaceGone(error: unknown): boolean {
  if (isNotFound(error)) return true;
  return (
    isForbidden(error) && (error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false)
  );
}

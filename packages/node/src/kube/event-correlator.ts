import type { Clock } from '../work/clock.ts';
import { RecentMap } from './recent-map.ts';
import { TokenBucket } from './token-bucket.ts';

/** The object that an event is about. */
export interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for what is not namespaced: the event goes to `default`. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  /** The part of the object, for example `spec.containers{app}`. */
  readonly fieldPath?: string;
}

/** What happened. */
export interface RecordedEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** One event object of the API, as it is to be. Counts on while it is repeated. */
export interface EventRecord extends RecordedEvent {
  readonly involved: InvolvedObject;
  readonly name: string;
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly firstTimestamp: number;
  message: string;
  lastTimestamp: number;
  count: number;
  /** True once it was written. */
  isCreated: boolean;
}

interface Similar {
  /** So few that they are looked through. */
  readonly messages: string[];
  lastSeen: number;
}

/** As in client-go: this many different messages of one reason about one object, within the interval, become one event. */
const aggregateAfter = 10;
const intervalMilliseconds = 600_000;
/** As in client-go: 25 events about one object and of one type, then one every five minutes. */
const perObject = { burst: 25, tokensPerSecond: 1 / 300 };
const remembered = 4_096;
const longestName = 253;

/**
 * Keeps a flood of events from becoming a flood of writes: repeats are counted, similar ones are combined, and an object that
 * has said too much is silent for a while. The rules are those of client-go's event correlator.
 */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #records = new RecentMap<string, EventRecord>(remembered);
  readonly #similar = new RecentMap<string, Similar>(remembered);
  readonly #budgets = new RecentMap<string, TokenBucket>(remembered);
  #lastSuffix = 0n;

  /** `random` gives numbers from 0 up to 1: it keeps the names of two processes apart. */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The event that is to be written, or undefined when the object's budget is used up (it was counted all the same). */
  correlate(involved: InvolvedObject, event: RecordedEvent): EventRecord | undefined {
    const { type, reason, message } = event;
    const object = [involved.apiVersion, involved.kind, involved.namespace, involved.name, involved.uid];
    const combined = this.#isOneOfMany(keyOf([...object, type, reason]), message);
    const key = combined
      ? keyOf([...object, type, reason])
      : keyOf([...object, involved.fieldPath, type, reason, message]);
    const text = combined ? `(combined from similar events): ${message}` : message;
    const record = this.#count(key, involved, { type, reason, message: text });
    return this.#budget(keyOf([...object, type])).tryTake() ? record : undefined;
  }

  #isOneOfMany(key: string, message: string): boolean {
    const now = this.#clock.monotonic();
    let similar = this.#similar.get(key);
    if (similar === undefined || now - similar.lastSeen > intervalMilliseconds) {
      similar = { messages: [], lastSeen: now };
      this.#similar.set(key, similar);
    }
    similar.lastSeen = now;
    if (similar.messages.includes(message)) return false;
    if (similar.messages.length + 1 >= aggregateAfter) return true;
    similar.messages.push(message);
    return false;
  }

  #count(key: string, involved: InvolvedObject, event: RecordedEvent): EventRecord {
    const now = this.#clock.now();
    const known = this.#records.get(key);
    if (known !== undefined && now - known.lastTimestamp <= intervalMilliseconds) {
      known.count += 1;
      known.lastTimestamp = now;
      known.message = event.message;
      return known;
    }
    const record: EventRecord = {
      ...event,
      involved,
      name: this.#nameFor(involved),
      namespace: involved.namespace ?? 'default',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      isCreated: false,
    };
    this.#records.set(key, record);
    return record;
  }

  #budget(key: string): TokenBucket {
    const budget = this.#budgets.get(key) ?? new TokenBucket(perObject, this.#clock);
    this.#budgets.set(key, budget);
    return budget;
  }

  /** `<object>.<nanoseconds in hexadecimal>`, as client-go names events. */
  #nameFor({ name }: InvolvedObject): string {
    // A clock may tell fractions of a millisecond; here, chance stands in for them.
    const milliseconds = BigInt(Math.floor(this.#clock.now()));
    const nanoseconds = milliseconds * 1_000_000n + BigInt(Math.floor(this.#random() * 1_000_000));
    this.#lastSuffix = nanoseconds > this.#lastSuffix ? nanoseconds : this.#lastSuffix + 1n;
    const suffix = `.${this.#lastSuffix.toString(16)}`;
    return name.slice(0, longestName - suffix.length).replace(/[-.]+$/, '') + suffix;
  }
}

function keyOf(parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}

import { RecentMap } from '../../kube/recent-map.ts';
import type { Clock } from '../../work/clock.ts';

/** Answers that are good for a while. When it is full, what was not asked for longest is forgotten. */
export class ExpiringCache<Value> {
  readonly #clock: Clock;
  readonly #entries: RecentMap<string, { readonly value: Value; readonly goodUntil: number }>;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#entries = new RecentMap(limit);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.goodUntil <= this.#clock.monotonic() ? undefined : entry.value;
  }

  /** Zero milliseconds keep nothing. */
  set(key: string, value: Value, milliseconds: number): void {
    if (milliseconds > 0) this.#entries.set(key, { value, goodUntil: this.#clock.monotonic() + milliseconds });
  }
}

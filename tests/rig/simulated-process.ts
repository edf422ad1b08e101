import type { Clock } from '@vk/node';
import { type Crossings, type Latency, pause } from './crossings.ts';
import { ProcessClock } from './process-clock.ts';

export interface SimulatedProcessOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly latency: Latency;
  readonly onActivity: () => void;
}

/**
 * What a process is to the outside: its clock and its calls. Once it is cut off, no timer fires in it, nothing that it calls
 * has an effect any more, and no promise that it waits for settles: as with kill -9.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly clock: ProcessClock;
  /** Set before the process makes its first call. */
  crossings: Crossings | undefined;
  /** What ended it by itself after it had begun its work, which nothing should. */
  failure: unknown;
  /** What kept it from beginning its work: it ended, and whoever started it may start another. */
  startFailure: unknown;
  readonly stop: AbortController = new AbortController();
  readonly #latency: Latency;
  readonly #onActivity: () => void;
  readonly #gone = new AbortController();

  constructor({ name, clock, latency, onActivity }: SimulatedProcessOptions) {
    this.name = name;
    this.clock = new ProcessClock(clock, onActivity);
    this.#latency = latency;
    this.#onActivity = onActivity;
  }

  /** Aborted when the process is cut off. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get isCut(): boolean {
    return this.#gone.signal.aborted;
  }

  cut(): void {
    this.clock.stop();
    this.#gone.abort(new Error(`process ${this.name} is cut off`));
  }

  /** Resolves at once in a process that lives, and never in one that is cut off. */
  alive(): Promise<void> {
    return this.isCut ? new Promise<never>(() => undefined) : Promise.resolve();
  }

  /** A call out of the process: numbered, with a way there and a way back. */
  async cross<T>(label: string, act: () => Promise<T>): Promise<T> {
    await this.alive();
    this.#onActivity();
    const number = this.crossings?.before(label) ?? 0;
    await this.alive();
    await pause(this.clock, this.#latency.next());
    await this.alive();
    try {
      return await act();
    } finally {
      this.#onActivity();
      this.crossings?.after(number, label);
      await this.alive();
      await pause(this.clock, this.#latency.next());
      await this.alive();
    }
  }
}

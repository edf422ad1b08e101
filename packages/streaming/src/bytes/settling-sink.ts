import { setImmediate } from 'node:timers/promises';
import type { ByteSink } from './byte-sink.ts';

/** A sink that knows when all that was handed to it, or to a web stream on top of it, has gone on. */
export class SettlingSink implements ByteSink {
  readonly #sink: ByteSink;
  #pending: Promise<void> | undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const waiting = this.#sink.write(chunk);
    if (waiting !== undefined) {
      this.#pending = waiting;
      const clear = (): void => {
        if (this.#pending === waiting) {
          this.#pending = undefined;
        }
      };
      waiting.then(clear, clear);
    }
    return waiting;
  }

  end(): void {
    this.#sink.end();
  }

  abort(reason: Error): void {
    this.#sink.abort(reason);
  }

  /** Settles when nothing is waiting to be written any more, whether it was written or failed. */
  async settled(): Promise<void> {
    do {
      await this.#pending?.catch(() => undefined);
      // A web stream hands over its next chunk within the turn in which the one before it was taken.
      await setImmediate();
    } while (this.#pending !== undefined);
  }
}

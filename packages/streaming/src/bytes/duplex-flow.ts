import type { Duplex } from 'node:stream';

/** Answers that the other side caused and does not fetch. Above it nothing is read, so that a flood of pings is bounded. */
const unfetchedAnswerBytes = 64 * 1024;

export interface DuplexFlowInit {
  /** What is written to. */
  readonly duplex: Duplex;
  /** What is read from: the same, or what reads from it. */
  readonly source: { pause(): void; resume(): void };
  /** Told when reading stops and goes on. */
  readonly onPaused: (paused: boolean) => void;
}

/**
 * Reading and writing of one connection by several streams. Reading stops while at least one of them asks for it;
 * what is written in one turn goes out in one system call.
 */
export class DuplexFlow {
  readonly #duplex: Duplex;
  readonly #source: { pause(): void; resume(): void };
  readonly #onPaused: (paused: boolean) => void;
  readonly #holders = new Set<unknown>();
  #answerBytes = 0;
  #corked = false;
  #drain: PromiseWithResolvers<void> | undefined;

  constructor(init: DuplexFlowInit) {
    this.#duplex = init.duplex;
    this.#source = init.source;
    this.#onPaused = init.onPaused;
    init.duplex.on('drain', () => {
      this.#drain?.resolve();
      this.#drain = undefined;
      this.#answerBytes = 0;
      this.release(this);
    });
  }

  get paused(): boolean {
    return this.#holders.size > 0;
  }

  /** Bytes that were written and that the system has not taken yet. */
  get bufferedBytes(): number {
    return this.#duplex.writableLength;
  }

  /** Stops reading for `holder`. */
  hold(holder: unknown): void {
    const before = this.#holders.size;
    this.#holders.add(holder);
    if (before === 0) {
      this.#source.pause();
      this.#onPaused(true);
    }
  }

  /** Lets reading go on as far as `holder` is concerned. */
  release(holder: unknown): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) {
      this.#onPaused(false);
      this.#source.resume();
    }
  }

  /** Collects what is written until the end of the turn. False when the connection takes nothing more. */
  batch(): boolean {
    if (this.#duplex.writableEnded || this.#duplex.destroyed) {
      return false;
    }
    if (!this.#corked) {
      this.#corked = true;
      this.#duplex.cork();
      queueMicrotask(() => {
        this.#corked = false;
        this.#duplex.uncork();
      });
    }
    return true;
  }

  /** Writes all of it, in order, unless the connection takes nothing more. */
  write(...chunks: readonly Uint8Array[]): void {
    if (this.batch()) {
      for (const chunk of chunks) {
        this.#duplex.write(chunk);
      }
    }
  }

  /** Counts what was written because the other side asked for it. It has to fetch that before more of it is read. */
  answered(bytes: number): void {
    this.#answerBytes = this.#duplex.writableNeedDrain ? this.#answerBytes + bytes : 0;
    if (this.#answerBytes > unfetchedAnswerBytes) {
      this.hold(this);
    }
  }

  /** A promise for when more should be written, if that is not now. It rejects when the connection is gone. */
  drained(): Promise<void> | undefined {
    if (!this.#duplex.writableNeedDrain) {
      return undefined;
    }
    if (this.#drain === undefined) {
      this.#drain = Promise.withResolvers<void>();
      this.#drain.promise.catch(() => undefined);
    }
    return this.#drain.promise;
  }

  /** Settles when the system has taken all that was written so far, or the connection takes nothing more. */
  async flushed(): Promise<void> {
    if (this.batch()) {
      await new Promise<void>((resolve) => {
        this.#duplex.write(Buffer.alloc(0), () => resolve());
      });
    }
  }

  /** The connection is gone: those who wait to write are told. */
  fail(reason: Error): void {
    this.#drain?.reject(reason);
    this.#drain = undefined;
  }
}

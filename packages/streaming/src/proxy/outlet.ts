import type { Duplex } from 'node:stream';

/** Writes to a connection, and knows when the system has taken all of it. */
export class Outlet {
  readonly #duplex: Duplex;
  readonly #onWritten = (): void => this.#written();
  #unwritten = 0;
  #batching = false;
  #waiting: (() => void)[] = [];

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
  }

  /** Writes all of it, in order, unless the connection takes nothing more. */
  write(pieces: readonly Uint8Array[]): void {
    if (this.#duplex.writableEnded || this.#duplex.destroyed) return;
    for (const piece of pieces) {
      this.#unwritten += 1;
      this.#duplex.write(piece, this.#onWritten);
    }
  }

  /** Collects what is written in this turn of the event loop: TLS hands over records of 16 KiB, each of which would be a system call. */
  batch(): void {
    if (this.#batching) return;
    this.#batching = true;
    this.#duplex.cork();
    setImmediate(() => {
      this.#batching = false;
      this.#duplex.uncork();
    });
  }

  /** Calls back when all that was written so far is with the system, or lost. False when that is so already: then it does not call. */
  afterWritten(callback: () => void): boolean {
    if (this.#unwritten === 0) return false;
    this.#waiting.push(callback);
    return true;
  }

  #written(): void {
    this.#unwritten -= 1;
    if (this.#unwritten > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}

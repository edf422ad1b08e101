import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

const pieceLength = 256 * 1024;

export interface EventStreamOptions {
  response: ServerResponse;
  signal: AbortSignal;
  /** How many events may wait for a reader that does not read, before the connection is dropped. */
  mostWaiting: number;
}

/**
 * Writes the events of one watch. Events wait as references, not as text, while the reader is slow; a reader that falls
 * too far behind loses its connection, as with the API server, and watches again from where it was.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #mostWaiting: number;
  #waiting: (() => string)[] = [];
  #isWriting = false;
  #isEnding = false;

  constructor(options: EventStreamOptions) {
    this.#response = options.response;
    this.#signal = options.signal;
    this.#mostWaiting = options.mostWaiting;
  }

  /** Queues an event; its text is made when there is room for it. Initial events do not count against the limit. */
  push(render: () => string, options: { counts: boolean } = { counts: true }): void {
    if (this.#isEnding || this.#signal.aborted) return;
    this.#waiting.push(render);
    if (options.counts && this.#waiting.length > this.#mostWaiting && this.#response.writableNeedDrain) {
      this.#response.destroy();
      return;
    }
    this.#start();
  }

  /** Ends the stream once everything queued is written. */
  end(): void {
    this.#isEnding = true;
    this.#start();
  }

  #start(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#write();
  }

  async #write(): Promise<void> {
    try {
      await nextTurn();
      while (this.#waiting.length > 0 && !this.#signal.aborted) {
        const batch = this.#waiting;
        this.#waiting = [];
        await this.#writeBatch(batch);
      }
      if (this.#isEnding && !this.#signal.aborted) this.#response.end();
    } catch (error) {
      if (!this.#signal.aborted) this.#response.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isWriting = false;
    }
  }

  async #writeBatch(batch: readonly (() => string)[]): Promise<void> {
    let piece = '';
    for (const [index, render] of batch.entries()) {
      piece += render();
      const isLast = index === batch.length - 1;
      if (!isLast && piece.length < pieceLength) continue;
      const isRoom = this.#response.write(piece);
      piece = '';
      if (!isRoom) await once(this.#response, 'drain', { signal: this.#signal });
      else if (!isLast) await nextTurn();
    }
  }
}

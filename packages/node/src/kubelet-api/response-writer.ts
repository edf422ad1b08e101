import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Written at once when this much has come together. */
const batchBytes = 64 * 1024;

/** Writes an answer piece by piece: what comes in one turn of the event loop goes out together, and no faster than the client reads. */
export class ResponseWriter {
  readonly #response: ServerResponse;
  #batch: Buffer[] = [];
  #bytes = 0;
  #scheduled = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Gives a promise when there is no room for more: it rejects with the reason when `signal` is aborted before there is. */
  write(bytes: Buffer, signal: AbortSignal): Promise<void> | undefined {
    this.#batch.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= batchBytes) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
    return this.#response.writableNeedDrain ? this.#drained(signal) : undefined;
  }

  flush(): void {
    if (this.#batch.length === 0 || this.#response.destroyed) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#bytes = 0;
    this.#response.write(batch.length === 1 ? batch[0] : Buffer.concat(batch));
  }

  async #drained(signal: AbortSignal): Promise<void> {
    try {
      await once(this.#response, 'drain', { signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  }
}

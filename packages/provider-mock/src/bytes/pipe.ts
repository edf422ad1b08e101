import { abortable } from './abortable.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** Bytes that a pipe holds before its writer has to wait, as on Linux. */
const capacity = 65_536;

/** Nobody reads what is written any more. */
export class BrokenPipeError extends Error {
  override readonly name = 'BrokenPipeError';
  readonly code = 'EPIPE';

  constructor() {
    super('Broken pipe');
  }
}

/** Joins the output of one program to the input of another. */
export class Pipe implements ByteWriter {
  readonly reader: ByteReader = new ByteReader((signal) => this.#pull(signal));
  #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #broken = false;
  #changed = Promise.withResolvers<void>();

  async write(bytes: Uint8Array): Promise<void> {
    while (this.#size >= capacity && !this.#broken) await this.#changed.promise;
    if (this.#broken) throw new BrokenPipeError();
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    this.#tell();
  }

  /** The writer is done. */
  end(): void {
    this.#ended = true;
    this.#tell();
  }

  /** The reader is done: whoever still writes is told so. */
  close(): void {
    this.#broken = true;
    this.#chunks = [];
    this.#tell();
  }

  async #pull(signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      const bytes = this.#chunks.shift();
      if (bytes !== undefined) {
        this.#size -= bytes.length;
        this.#tell();
        return bytes;
      }
      if (this.#ended) return undefined;
      await abortable(this.#changed.promise, signal);
    }
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

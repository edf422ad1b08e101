/** The output of a command in one piece, however many pieces it comes in; what is beyond the limit is not kept. */
export class CollectedOutput {
  readonly #limit: number;
  readonly #onTooMuch: () => void;
  #buffer = Buffer.alloc(0);
  #length = 0;

  /** @param options `limit` in bytes; `onTooMuch` is told of each piece that is beyond it. */
  constructor({ limit, onTooMuch }: { readonly limit: number; readonly onTooMuch: () => void }) {
    this.#limit = limit;
    this.#onTooMuch = onTooMuch;
  }

  /** What is held for it in memory, in bytes: at most twice the limit. */
  get heldBytes(): number {
    return this.#buffer.length;
  }

  /** A stream whose bytes are added in the order in which they come. */
  stream(): WritableStream<Uint8Array> {
    return new WritableStream({ write: (chunk) => this.add(chunk) });
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#limit) {
      this.#onTooMuch();
      return;
    }
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

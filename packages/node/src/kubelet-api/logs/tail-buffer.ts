/** The last lines of a text, bounded in lines and in bytes: the oldest lines go first. */
export class TailBuffer {
  readonly #lines: number;
  readonly #bytes: number;
  #held: (Buffer | undefined)[] = [];
  #first = 0;
  #heldLines = 0;
  #heldBytes = 0;
  #atLineStart = true;

  /** @param bytes more is never held, even if that leaves fewer lines than asked for. */
  constructor({ lines, bytes }: { readonly lines: number; readonly bytes: number }) {
    this.#lines = lines;
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#heldBytes;
  }

  /** Takes a text: lines, and parts of lines. */
  add(text: Buffer | undefined): void {
    if (text === undefined) return;
    for (let start = 0; start < text.length;) {
      const end = text.indexOf(0x0a, start) + 1;
      const next = end === 0 ? text.length : end;
      this.#addPart(text.subarray(start, next));
      start = next;
    }
  }

  /** Gives what is held, and holds nothing from then on. */
  *take(): Generator<Buffer> {
    const held = this.#held.slice(this.#first);
    this.#held = [];
    this.#first = 0;
    this.#heldLines = 0;
    this.#heldBytes = 0;
    for (const part of held) if (part !== undefined) yield part;
  }

  #addPart(part: Buffer): void {
    if (this.#atLineStart) this.#heldLines += 1;
    this.#atLineStart = part.at(-1) === 0x0a;
    // A slice would keep the whole piece that it was cut from.
    this.#held.push(Buffer.from(part));
    this.#heldBytes += part.length;
    while (this.#heldLines > this.#lines) this.#dropLine();
    while (this.#heldBytes > this.#bytes && this.#first < this.#held.length) this.#dropLine();
  }

  #dropLine(): void {
    let ended = false;
    while (!ended && this.#first < this.#held.length) {
      const part = this.#held[this.#first];
      this.#held[this.#first] = undefined;
      this.#first += 1;
      this.#heldBytes -= part?.length ?? 0;
      ended = part?.at(-1) === 0x0a;
    }
    this.#heldLines -= 1;
    if (!ended) {
      // The line goes on: what follows of it counts as a line of its own.
      this.#heldLines = 0;
      this.#atLineStart = true;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#first);
      this.#first = 0;
    }
  }
}

const newline = 0x0a;
/**
 * Text is kept in blocks, so that what is held costs no more than its bytes, however short its lines. The first is small: many
 * readers want a line or two. Each one after it is twice as large, up to the largest.
 */
const firstBlockBytes = 1024;
const largestBlockBytes = 64 * 1024;

interface Block {
  readonly buffer: Buffer;
  /** How many of its bytes were written. */
  written: number;
}

/** The last lines of a text, bounded in lines and in bytes: the oldest lines go first. */
export class TailBuffer {
  readonly #lines: number;
  readonly #bytes: number;
  #blocks: Block[] = [];
  /** Where in the first block the first line begins that is held. */
  #start = 0;
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
    if (text === undefined || this.#lines === 0) return;
    for (let start = 0; start < text.length;) {
      const end = text.indexOf(newline, start) + 1;
      const next = end === 0 ? text.length : end;
      this.#addPart(text.subarray(start, next));
      start = next;
    }
  }

  /** Gives what is held, and holds nothing from then on. */
  *take(): Generator<Buffer> {
    const blocks = this.#blocks;
    const start = this.#start;
    this.#blocks = [];
    this.#start = 0;
    this.#heldLines = 0;
    this.#heldBytes = 0;
    for (const [index, { buffer, written }] of blocks.entries()) {
      const held = buffer.subarray(index === 0 ? start : 0, written);
      if (held.length > 0) yield held;
    }
  }

  #addPart(part: Buffer): void {
    if (this.#atLineStart) this.#heldLines += 1;
    this.#atLineStart = part.at(-1) === newline;
    this.#append(part);
    while (this.#heldLines > this.#lines) this.#dropLine();
    while (this.#heldBytes > this.#bytes) this.#dropLine();
  }

  #append(part: Buffer): void {
    for (let from = 0; from < part.length;) {
      let last = this.#blocks.at(-1);
      if (last === undefined || last.written === last.buffer.length) {
        const bytes = last === undefined ? firstBlockBytes : Math.min(2 * last.buffer.length, largestBlockBytes);
        last = { buffer: Buffer.allocUnsafeSlow(bytes), written: 0 };
        this.#blocks.push(last);
      }
      const copied = part.copy(last.buffer, last.written, from);
      last.written += copied;
      from += copied;
    }
    this.#heldBytes += part.length;
  }

  #dropLine(): void {
    let ended = false;
    for (let first = this.#blocks[0]; !ended && first !== undefined; first = this.#blocks[0]) {
      const held = first.buffer.subarray(this.#start, first.written);
      const end = held.indexOf(newline) + 1;
      ended = end > 0;
      const dropped = ended ? end : held.length;
      this.#heldBytes -= dropped;
      this.#start += dropped;
      if (this.#start === first.written) {
        this.#blocks.shift();
        this.#start = 0;
      }
    }
    this.#heldLines -= 1;
    if (!ended) {
      // The line goes on: what follows of it counts as a line of its own.
      this.#heldLines = 0;
      this.#atLineStart = true;
    }
  }
}

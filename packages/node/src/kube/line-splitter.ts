/** A line came that is longer than any object the API server keeps: whatever this is, it is not a watch. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly code = 'LineTooLong';

  constructor(limit: number) {
    super(`a line of the watch is longer than ${limit} bytes`);
  }
}

/** etcd takes objects of up to 1.5 MiB; an administrator may raise that somewhat. */
const defaultLimit = 16 * 1024 * 1024;
const newline = 0x0a;

/**
 * Cuts a stream of bytes into lines. Chunks may end anywhere, also within a character. What follows the last newline is kept
 * for the next chunk, and is simply lost when there is none: a line that was cut off is not to be trusted.
 */
export class LineSplitter {
  readonly #limit: number;
  #rest: Uint8Array[] = [];
  #restLength = 0;

  constructor(limit: number = defaultLimit) {
    this.#limit = limit;
  }

  /** The lines that this chunk completes, without their ends and without empty ones. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      const line = this.#complete(bytes.subarray(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  #complete(end: Buffer): string {
    if (this.#restLength === 0) return end.toString('utf8');
    const line = Buffer.concat([...this.#rest, end]).toString('utf8');
    this.#rest = [];
    this.#restLength = 0;
    return line;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#restLength += bytes.length;
    if (this.#restLength > this.#limit) throw new LineTooLongError(this.#limit);
    this.#rest.push(bytes);
  }
}

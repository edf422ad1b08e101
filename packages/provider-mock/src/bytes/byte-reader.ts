import { LineTooLongError, longestLine } from './line-too-long-error.ts';

const newline = 0x0a;

/** Gives the next bytes, or undefined at the end. Rejects with the signal's reason when it is aborted. */
export type PullBytes = (signal: AbortSignal) => Promise<Uint8Array | undefined>;

/** Where a program reads from. What one program leaves is there for the next that reads from the same place. */
export class ByteReader {
  readonly #pull: PullBytes;
  #rest: Uint8Array | undefined;

  constructor(pull: PullBytes) {
    this.#pull = pull;
  }

  /** The next bytes, as many as are at hand; undefined at the end. */
  async read(signal: AbortSignal): Promise<Uint8Array | undefined> {
    signal.throwIfAborted();
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined && rest.length > 0) return rest;
    for (;;) {
      const bytes = await this.#pull(signal);
      if (bytes === undefined || bytes.length > 0) return bytes;
    }
  }

  /**
   * The next line with its line break, which the last line may lack; undefined at the end.
   *
   * @throws LineTooLongError
   */
  async readLine(signal: AbortSignal): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const bytes = await this.read(signal);
      if (bytes === undefined) return parts.length === 0 ? undefined : Buffer.concat(parts);
      const end = bytes.indexOf(newline);
      if (end === -1) {
        parts.push(bytes);
        length += bytes.length;
        if (length > longestLine) throw new LineTooLongError();
        continue;
      }
      parts.push(bytes.subarray(0, end + 1));
      if (end + 1 < bytes.length) this.#rest = bytes.subarray(end + 1);
      return Buffer.concat(parts);
    }
  }

  /** Gives back bytes that were read but not needed. */
  unread(bytes: Uint8Array): void {
    this.#rest = this.#rest === undefined ? bytes : Buffer.concat([bytes, this.#rest]);
  }
}

/** A reader that is at its end at once. */
export function emptyReader(): ByteReader {
  return new ByteReader(() => Promise.resolve(undefined));
}

/** A reader of these bytes. */
export function readerOf(...parts: readonly Uint8Array[]): ByteReader {
  const left = [...parts];
  return new ByteReader(() => Promise.resolve(left.shift()));
}

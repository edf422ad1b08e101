import type { LogChunk } from '../../provider/container-logs.ts';
import { logTimestamp } from './log-time.ts';

export interface LogTextOptions {
  readonly timestamps: boolean;
  /** Milliseconds since the epoch; older pieces are left out. A piece without a time is kept: nobody knows how old it is. */
  readonly sinceTime?: number;
  readonly stream?: 'stdout' | 'stderr';
}

const newline = 0x0a;

/**
 * Writes pieces of a log as the kubelet does: in the order in which they come, with the time before whatever begins a line of
 * the output. Nothing is held back, so a line of one stream that is cut into pieces may have one of the other in its middle.
 * A piece that is not partial ends its line. A line whose time nobody knows gets none.
 */
export class LogText {
  readonly #options: LogTextOptions;
  #atLineStart = true;

  constructor(options: LogTextOptions) {
    this.#options = options;
  }

  /** The text of one piece at once, if there is any: a piece of many lines is one write. */
  wholeOf(chunk: LogChunk): Buffer[] {
    const lines = [...this.linesOf(chunk)];
    return lines.length < 2 ? lines : [Buffer.concat(lines)];
  }

  /** The text of one piece, line by line; each but the last one ends with a newline. */
  *linesOf({ bytes, time, stream, partial }: LogChunk): Generator<Buffer> {
    const { timestamps, sinceTime, stream: wanted } = this.#options;
    // A backend that does not tell the streams apart has its log taken for stdout, as that of a terminal is.
    if (wanted !== undefined && (stream ?? 'stdout') !== wanted) return;
    if (sinceTime !== undefined && time !== undefined && Date.parse(time) < sinceTime) return;
    const prefix = timestamps && time !== undefined ? logTimestamp(time) : undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    while (start < text.length) {
      const end = text.indexOf(newline, start);
      const line = text.subarray(start, end === -1 ? text.length : end + 1);
      const begins = this.#atLineStart;
      this.#atLineStart = end !== -1;
      yield begins && prefix !== undefined ? Buffer.concat([Buffer.from(`${prefix} `), line]) : line;
      start += line.length;
    }
    if (partial === true || (this.#atLineStart && text.length > 0)) return;
    const whole = this.#atLineStart && prefix !== undefined ? `${prefix} \n` : '\n';
    this.#atLineStart = true;
    yield Buffer.from(whole);
  }
}

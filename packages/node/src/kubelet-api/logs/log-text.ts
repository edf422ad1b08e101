import type { LogChunk } from '../../provider/container-logs.ts';
import { logTimestamp } from './log-time.ts';

export interface LogTextOptions {
  readonly timestamps: boolean;
  /** Milliseconds since the epoch; older pieces are left out. A piece without a time is kept: nobody knows how old it is. */
  readonly sinceTime?: number;
  readonly stream?: 'stdout' | 'stderr';
}

const newline = 0x0a;
const lineEnd = Buffer.from('\n');

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

  /** The text of one piece; undefined when none of it is wanted. */
  textOf({ bytes, time, stream, partial }: LogChunk): Buffer | undefined {
    const { timestamps, sinceTime, stream: wanted } = this.#options;
    // A backend that does not tell the streams apart has its log taken for stdout, as that of a terminal is.
    if (wanted !== undefined && (stream ?? 'stdout') !== wanted) return undefined;
    if (sinceTime !== undefined && time !== undefined && Date.parse(time) < sinceTime) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ended = text.at(-1) === newline;
    const endsHere = !ended && partial !== true;
    if (text.length === 0 && !endsHere) return undefined;
    const whole = endsHere ? Buffer.concat([text, lineEnd]) : text;
    const begins = this.#atLineStart;
    this.#atLineStart = ended || endsHere;
    const prefix = timestamps && time !== undefined ? logTimestamp(time) : undefined;
    return prefix === undefined ? whole : withPrefix(whole, Buffer.from(`${prefix} `), begins);
  }
}

/** The text with the prefix before each line that begins in it. */
function withPrefix(text: Buffer, prefix: Buffer, begins: boolean): Buffer {
  const parts: Buffer[] = begins ? [prefix] : [];
  let start = 0;
  for (let end = text.indexOf(newline) + 1; end > 0 && end < text.length; end = text.indexOf(newline, end) + 1) {
    parts.push(text.subarray(start, end), prefix);
    start = end;
  }
  parts.push(text.subarray(start));
  return Buffer.concat(parts);
}

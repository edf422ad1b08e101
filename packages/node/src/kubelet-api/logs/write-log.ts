import type { LogChunk } from '../../provider/container-logs.ts';
import type { Clock } from '../../work/clock.ts';
import { readHistory } from './read-history.ts';
import type { LogQuery } from './log-query.ts';
import { LogText } from './log-text.ts';
import { TailBuffer } from './tail-buffer.ts';

/** What `tailLines` may hold in memory: lines that do not fit are left out, the oldest first. */
const tailBytes = 32 * 1024 * 1024;

/** Where the text of a log goes. */
export interface LogSink {
  readonly clock: Clock;
  /** Aborted when the source of a followed log has said that it has given all that was there. */
  readonly caughtUp: AbortSignal;
  /** Nothing is written any more once it is aborted, though the source may not have noticed yet. */
  readonly signal: AbortSignal;
  /** Gives a promise when there is no room for more. */
  readonly write: (bytes: Buffer) => Promise<void> | undefined;
  /** Told what the source fails with when nobody reads it any more. */
  readonly onLateFailure: (error: unknown) => void;
}

/**
 * Applies every option of a log query to a provider's raw log, and writes what is left. The options come in the order of the
 * kubelet: since, tail, timestamps, limit. Nothing is held but the tail.
 */
export async function writeLog(chunks: AsyncIterable<LogChunk>, query: LogQuery, sink: LogSink): Promise<void> {
  const text = new LogText(query);
  const output = new LimitedOutput(sink, query.limitBytes ?? Number.POSITIVE_INFINITY);
  const { tailLines, follow } = query;
  const source = chunks[Symbol.asyncIterator]();
  let ended = false;
  try {
    let next = source.next();
    if (tailLines !== undefined) {
      const tail = new TailBuffer({ lines: tailLines, bytes: tailBytes });
      const history = { source, next, text, tail };
      next = (await readHistory(history, follow ? sink : undefined)).next;
      for (const bytes of tail.take()) if (await output.write(bytes)) return;
    }
    for (let step = await next; ; step = await source.next()) {
      ended = step.done === true;
      if (step.done === true) return;
      const bytes = text.textOf(step.value);
      if (bytes === undefined) continue;
      const full = output.write(bytes);
      if (full === true || (full !== false && (await full))) return;
    }
  } finally {
    // Where not all was wanted the source is let go, and not waited for: it may be in the middle of a step.
    if (!ended) source.return?.().then(undefined, sink.onLateFailure);
  }
}

/** An output that ends after a number of bytes. */
class LimitedOutput {
  readonly #sink: LogSink;
  #left: number;

  constructor(sink: LogSink, limit: number) {
    this.#sink = sink;
    this.#left = limit;
  }

  /** True when that was all: nothing more may be written. */
  write(bytes: Buffer): boolean | Promise<boolean> {
    if (this.#sink.signal.aborted) return true;
    const wanted = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= wanted.length;
    const room = this.#sink.write(wanted);
    const full = this.#left <= 0;
    return room === undefined ? full : room.then(() => full);
  }
}

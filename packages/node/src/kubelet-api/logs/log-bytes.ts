import type { LogChunk } from '../../provider/container-logs.ts';
import type { Clock } from '../../work/clock.ts';
import { followTail } from './follow-tail.ts';
import type { LogQuery } from './log-query.ts';
import { LogText } from './log-text.ts';
import { TailBuffer } from './tail-buffer.ts';

/** What `tailLines` may hold in memory: lines that do not fit are left out, the oldest first. */
export const tailBytes: number = 32 * 1024 * 1024;

/**
 * Applies every option of a log query to a provider's raw log. The options come in the order of the kubelet: since, tail,
 * timestamps, limit. Nothing is held but the tail.
 */
export async function* logBytes(
  chunks: AsyncIterable<LogChunk>,
  query: LogQuery,
  clock: Clock,
): AsyncGenerator<Buffer, void> {
  let left = query.limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const bytes of chosenText(chunks, query, clock)) {
    if (bytes.length >= left) {
      yield bytes.subarray(0, left);
      return;
    }
    left -= bytes.length;
    yield bytes;
  }
}

async function* chosenText(
  chunks: AsyncIterable<LogChunk>,
  query: LogQuery,
  clock: Clock,
): AsyncGenerator<Buffer, void> {
  const text = new LogText(query);
  if (query.tailLines === undefined) {
    for await (const chunk of chunks) yield* text.wholeOf(chunk);
    return;
  }
  const tail = new TailBuffer({ lines: query.tailLines, bytes: tailBytes });
  if (query.follow) {
    yield* followTail({ chunks, text, tail, clock });
    return;
  }
  for await (const chunk of chunks) for (const line of text.linesOf(chunk)) tail.add(line);
  yield* tail.take();
}

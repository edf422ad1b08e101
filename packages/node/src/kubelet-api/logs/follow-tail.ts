import type { LogChunk } from '../../provider/container-logs.ts';
import type { Clock, Timer } from '../../work/clock.ts';
import type { LogText } from './log-text.ts';
import type { TailBuffer } from './tail-buffer.ts';

/** A log that was silent for this long has no more history to come. */
const quietMilliseconds = 250;
/** Without times a log that never rests is taken to be live this long after its first piece. */
const longestHistoryMilliseconds = 5_000;

export interface FollowedTail {
  readonly chunks: AsyncIterable<LogChunk>;
  readonly text: LogText;
  readonly tail: TailBuffer;
  readonly clock: Clock;
}

/**
 * The last lines of what had been written, and then each piece as it comes. A provider's stream does not say where its history
 * ends: that is where a piece was written after the call, where the stream rests, and at the latest after a few seconds for one
 * that tells no times.
 */
export async function* followTail({ chunks, text, tail, clock }: FollowedTail): AsyncGenerator<Buffer, void> {
  const calledAt = clock.now();
  const iterator = chunks[Symbol.asyncIterator]();
  let next = iterator.next();
  let firstAt: number | undefined;
  try {
    for (;;) {
      const step = firstAt === undefined ? await next : await within(next, clock);
      if (step === 'quiet' || step.done === true) break;
      firstAt ??= clock.monotonic();
      if (isLive(step.value, calledAt, clock.monotonic() - firstAt)) break;
      for (const line of text.linesOf(step.value)) tail.add(line);
      next = iterator.next();
    }
    yield* tail.take();
    for (let step = await next; step.done !== true; step = await (next = iterator.next())) {
      yield* text.wholeOf(step.value);
    }
  } finally {
    await iterator.return?.();
  }
}

function isLive({ time }: LogChunk, calledAt: number, sinceFirst: number): boolean {
  return time === undefined ? sinceFirst >= longestHistoryMilliseconds : Date.parse(time) >= calledAt;
}

async function within<T>(promise: Promise<T>, clock: Clock): Promise<T | 'quiet'> {
  let timer: Timer | undefined;
  const quiet = new Promise<'quiet'>((resolve) => {
    timer = clock.setTimer(() => resolve('quiet'), quietMilliseconds);
  });
  try {
    return await Promise.race([promise, quiet]);
  } finally {
    timer?.cancel();
  }
}

import type { LogChunk } from '../../provider/container-logs.ts';
import type { Clock, Timer } from '../../work/clock.ts';
import type { LogText } from './log-text.ts';
import type { TailBuffer } from './tail-buffer.ts';

/** A log that was silent for this long has no more history to come. */
const quietMilliseconds = 250;
/** Without times a log that never rests is taken to be live this long after its first piece. */
const longestHistoryMilliseconds = 5_000;

type Step = Promise<IteratorResult<LogChunk>>;

export interface History {
  readonly source: AsyncIterator<LogChunk>;
  /** The step of the source that has been asked for. */
  readonly next: Step;
  readonly text: LogText;
  readonly tail: TailBuffer;
}

/**
 * Puts what had been written into the tail, and gives the step after it. All of the log is history where it is not followed,
 * that is without a clock. A followed one does not say where its history ends: that is where a piece was written after the
 * call, where the stream rests, and at the latest after a few seconds for one that tells no times.
 */
export async function readHistory(history: History, clock: Clock | undefined): Promise<{ readonly next: Step }> {
  const { source, text, tail } = history;
  const calledAt = clock?.now() ?? 0;
  let { next } = history;
  let firstAt: number | undefined;
  for (;;) {
    const step = clock === undefined || firstAt === undefined ? await next : await within(next, clock);
    if (step === 'quiet' || step.done === true) return { next };
    if (clock !== undefined) {
      firstAt ??= clock.monotonic();
      if (isLive(step.value, calledAt, clock.monotonic() - firstAt)) return { next };
    }
    tail.add(text.textOf(step.value));
    next = source.next();
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

import type { LogChunk } from '../../provider/container-logs.ts';
import type { Clock } from '../../work/clock.ts';
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

/** What tells the history of a followed log from what is written now. */
export interface Following {
  readonly clock: Clock;
  /** Aborted when the source has said that it has given all that was there. */
  readonly caughtUp: AbortSignal;
}

/**
 * Puts what had been written into the tail, and gives the step after it. All of the log is history where it is not followed.
 * That of a followed one ends where the source says so. Most do not say it: then it is where a piece was written after the call,
 * where the stream rests, and at the latest after a few seconds for one that tells no times.
 */
export async function readHistory(
  history: History,
  following: Following | undefined,
): Promise<{ readonly next: Step }> {
  const { source, text, tail } = history;
  const clock = following?.clock;
  const calledAt = clock?.now() ?? 0;
  let { next } = history;
  let firstAt: number | undefined;
  for (;;) {
    const step = following === undefined ? await next : await unlessOver(next, following, firstAt !== undefined);
    if (step === 'over' || step.done === true) return { next };
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

/** The next step, unless the history is over before it comes: the source says so, or rests after its first piece. */
async function unlessOver<T>(step: Promise<T>, { clock, caughtUp }: Following, hasBegun: boolean): Promise<T | 'over'> {
  const over = Promise.withResolvers<'over'>();
  const onOver = (): void => over.resolve('over');
  const timer = hasBegun ? clock.setTimer(onOver, quietMilliseconds) : undefined;
  caughtUp.addEventListener('abort', onOver, { once: true });
  if (caughtUp.aborted) onOver();
  try {
    return await Promise.race([step, over.promise]);
  } finally {
    timer?.cancel();
    caughtUp.removeEventListener('abort', onOver);
  }
}

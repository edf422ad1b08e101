import type { Clock, Logger } from '@vk/node/provider';

export interface RepeatOptions {
  readonly what: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** Does something over and over, with a pause in between, until the signal is aborted. What fails is logged and done again. */
export async function repeat(
  { what, clock, log, milliseconds, signal }: RepeatOptions,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(milliseconds, signal);
      await work(signal);
    } catch (error) {
      if (!signal.aborted) log.warn(`${what} failed`, { error });
    }
  }
}

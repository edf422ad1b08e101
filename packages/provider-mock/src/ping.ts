import type { CallContext } from '@vk/node/provider';
import type { PingFailure } from './config.ts';
import { parseDuration } from './duration.ts';
import { untilAborted } from './hang.ts';
import type { Clock } from './timeline.ts';

/** Answers, except in the times that the config names, counted from now. */
export function createPing(failures: readonly PingFailure[], clock: Clock): (call: CallContext) => Promise<void> {
  const origin = clock.monotonic();
  const windows = failures.map(({ after, for: length, hang }) => {
    const from = parseDuration(after) ?? 0;
    const lasts = length === undefined ? Number.POSITIVE_INFINITY : (parseDuration(length) ?? 0);
    return { from, until: from + lasts, hang };
  });
  return async (call) => {
    const elapsed = clock.monotonic() - origin;
    const window = windows.find(({ from, until }) => from <= elapsed && elapsed < until);
    if (window === undefined) return;
    if (window.hang) await untilAborted(call.signal);
    throw new Error('the mock backend does not answer: pingFailures says so');
  };
}

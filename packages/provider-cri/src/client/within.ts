import type { Clock } from '@vk/node/provider';
import type { CallLimits } from './grpc-channel.ts';
import { NoAnswerError } from './no-answer-error.ts';

/**
 * Does something that is given up after a while, or when `signal` is aborted.
 *
 * @throws NoAnswerError when it took too long.
 */
export async function within<T>(
  {
    clock,
    milliseconds,
    signal,
  }: { readonly clock: Clock; readonly milliseconds: number; readonly signal?: AbortSignal },
  work: (limits: CallLimits) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = clock.setTimer(() => late.abort(new NoAnswerError(milliseconds)), milliseconds);
  try {
    return await work({ signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]) });
  } finally {
    timer.cancel();
  }
}

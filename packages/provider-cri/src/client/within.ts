import type { Clock } from '@vk/node/provider';
import type { CallLimits } from './grpc-channel.ts';

/** Does something that is given up after a while, or when `signal` is aborted. */
export async function within<T>(
  {
    clock,
    milliseconds,
    signal,
  }: { readonly clock: Clock; readonly milliseconds: number; readonly signal?: AbortSignal },
  work: (limits: CallLimits) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = clock.setTimer(
    () => late.abort(new Error(`the runtime gave no answer within ${milliseconds / 1000} s`)),
    milliseconds,
  );
  try {
    return await work({ signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]) });
  } finally {
    timer.cancel();
  }
}

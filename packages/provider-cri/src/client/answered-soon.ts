import type { Clock, Timer } from '@vk/node/provider';
import type { CallLimits } from './grpc-channel.ts';

/** How long an answer is waited for before the call is made again; after that twice as long, and so on. */
const firstMilliseconds = 5_000;

/**
 * Makes a call, and while there is no answer makes it again beside those that wait. The first answer to any of them is the answer,
 * an error too; the others are given up. For calls that make nothing more when they come again.
 */
export async function answeredSoon<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  invoke: (limits: CallLimits) => Promise<T>,
): Promise<T> {
  const answered = new AbortController();
  const limits = { signal: AbortSignal.any([signal, answered.signal]) };
  const answer = Promise.withResolvers<T>();
  let wait = firstMilliseconds;
  let timer: Timer | undefined;
  const ask = (): void => {
    invoke(limits).then(answer.resolve, answer.reject);
    timer = clock.setTimer(ask, wait);
    wait *= 2;
  };
  ask();
  try {
    return await answer.promise;
  } finally {
    timer?.cancel();
    answered.abort(new Error('the same call was answered'));
  }
}

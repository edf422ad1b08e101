import type { CommandOutcome, StreamSession } from '@vk/streaming';
import type { ApiCall } from '../api-call.ts';
import { httpErrorOf, statusReason } from '../errors/http-error-of.ts';

/**
 * Runs what a session is for, and tells the client how it ended. The provider's signal is aborted when the client goes away,
 * when the node stops, and when the session is over; a provider that ignores it is not waited for any longer than that.
 */
export async function runSession(
  session: StreamSession,
  { exchange, log }: ApiCall,
  invoke: (signal: AbortSignal) => Promise<CommandOutcome>,
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([session.signal, exchange.stopping, over.signal]);
  try {
    const outcome = await outcomeOf(invoke(signal), session.signal, (error) =>
      log.debug('a stream failed after its end', { error: String(error) }),
    );
    if (outcome !== undefined) await session.finish(outcome);
  } finally {
    over.abort(new Error('the stream is over'));
  }
}

/** Undefined when the client is gone: nobody is left to be told. */
async function outcomeOf(
  invoked: Promise<CommandOutcome>,
  gone: AbortSignal,
  onLateFailure: (error: unknown) => void,
): Promise<CommandOutcome | undefined> {
  const { promise: left, resolve } = Promise.withResolvers<undefined>();
  const onGone = (): void => resolve(undefined);
  gone.addEventListener('abort', onGone, { once: true });
  if (gone.aborted) onGone();
  try {
    return await Promise.race([invoked, left]);
  } catch (error) {
    const { status, message } = httpErrorOf(error);
    return { failure: message, reason: statusReason(status), httpStatus: status };
  } finally {
    gone.removeEventListener('abort', onGone);
    if (gone.aborted) invoked.catch(onLateFailure);
  }
}

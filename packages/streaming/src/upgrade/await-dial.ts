import { StreamingError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';

/** Waits for a connection that is being dialled, within the time for it and until it is called off. */
export async function awaitDial<T>(
  dialled: PromiseWithResolvers<T>,
  settings: StreamingSettings,
  cancel: () => void,
): Promise<T> {
  const { signal, clock, timeouts } = settings;
  const giveUp = (reason: StreamingError): void => {
    dialled.reject(reason);
    cancel();
  };
  const onAbort = (): void =>
    giveUp(new StreamingError('Closed', 'the dial was called off', { cause: signal?.reason }));
  const timer = clock.setTimer(
    () => giveUp(new StreamingError('CreationTimeout', `the server did not answer within ${timeouts.creation} ms`)),
    timeouts.creation,
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) {
    onAbort();
  }
  try {
    return await dialled.promise;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

import type { Duplex } from 'node:stream';

/**
 * Hands the bytes of each side to the other, no faster than it takes them. The end of one side is passed on; when a side
 * is gone, so is the other. Resolves when both are.
 */
export async function joinSockets(left: Duplex, right: Duplex, signal: AbortSignal): Promise<void> {
  const end = (): void => {
    left.destroy();
    right.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  const gone = [join(left, right), join(right, left)];
  if (signal.aborted) end();
  await Promise.all(gone);
  signal.removeEventListener('abort', end);
}

/** Copies one way. Resolves when the source is gone; what it said last is still written. */
function join(source: Duplex, sink: Duplex): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const closed = (): void => {
    if (source.readableEnded && !sink.writableFinished && !sink.destroyed) sink.once('finish', () => sink.destroy());
    else sink.destroy();
    resolve();
  };
  source.on('error', () => source.destroy());
  source.once('close', closed);
  source.pipe(sink);
  if (source.destroyed) closed();
  return promise;
}

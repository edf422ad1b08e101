import type { Duplex } from 'node:stream';
import type { Timer } from '../clock.ts';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { IdleWatch } from '../options/idle-watch.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import type { StreamingServerConnection } from './dial-streaming-server.ts';

/**
 * Copies bytes both ways between a client and a streaming server, with backpressure both ways. What one says before its end is
 * handed over; the other then has `timeouts.linger` to end too. Resolves when both are closed.
 *
 * @throws StreamingError `PeerGone` when one was broken off, `IdleTimeout` when neither said anything for `timeouts.idle`; the
 *   reason of `signal` when that ended them.
 */
export async function joinStreamingServer(
  client: Duplex,
  server: StreamingServerConnection,
  { clock, signal, timeouts }: StreamingSettings,
): Promise<void> {
  const { socket } = server;
  let failure: Error | undefined;
  let linger: Timer | undefined;
  const fail = (reason: unknown): void => {
    failure ??= asError(reason);
    client.destroy();
    socket.destroy();
  };
  const gone = (message: string, cause?: unknown): void => fail(new StreamingError('PeerGone', message, { cause }));
  const idle = new IdleWatch(clock, timeouts.idle, () =>
    fail(new StreamingError('IdleTimeout', `nothing was sent for ${timeouts.idle} ms`)),
  );
  const closed = (side: Duplex): Promise<void> =>
    new Promise((resolve) => {
      side.on('end', () => {
        linger ??= clock.setTimer(() => gone('only one side ended the stream'), timeouts.linger);
      });
      side.on('error', (error) => gone(`the connection was lost: ${error.message}`, error));
      const onClose = (): void => {
        if (!side.readableEnded) gone('the connection was broken off');
        resolve();
      };
      // One that is closed already will not say so again.
      if (side.closed) onClose();
      else side.on('close', onClose);
    });
  const onAbort = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const bothClosed = Promise.all([closed(client), closed(socket)]);
    if (signal?.aborted === true) onAbort();
    client.on('data', () => {
      idle.mark();
      batch(socket);
    });
    client.pipe(socket);
    server.copyTo(client, () => idle.mark());
    await bothClosed;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    idle.stop();
    linger?.cancel();
  }
  if (failure !== undefined) throw failure;
}

/** Collects what is written in this turn of the event loop: TLS hands over records of 16 KiB, each of which would be a system call. */
function batch(socket: Duplex): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  setImmediate(() => socket.uncork());
}

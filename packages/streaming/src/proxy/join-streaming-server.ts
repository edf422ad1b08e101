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
    copyFreeing(client, socket, () => idle.mark());
    server.copyTo(client, () => idle.mark());
    await bothClosed;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    idle.stop();
    linger?.cancel();
  }
  if (failure !== undefined) throw failure;
}

/**
 * Writes everything that a connection says to another, as fast as that takes it, and the end at last. The memory of each piece is given
 * back as soon as it is written: it lies outside of V8's heap, and for each 64 MB of it V8 looks through all that is in the heap.
 */
function copyFreeing(from: Duplex, to: Duplex, onBytes: () => void): void {
  from.on('data', (bytes: Buffer) => {
    onBytes();
    batch(to);
    if (!to.write(bytes, () => free(bytes))) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
}

/** Of a buffer that has its memory for itself: nobody else may look at it. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Collects what is written in this turn of the event loop: TLS hands over records of 16 KiB, each of which would be a system call. */
function batch(socket: Duplex): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  setImmediate(() => socket.uncork());
}

import { StreamingError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import type { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

/** Waits until the other side has answered a stream; one that does not is not worth its connection, which is closed. */
export async function openInTime(
  stream: SpdyStream,
  connection: SpdyConnection,
  { clock, timeouts }: StreamingSettings,
): Promise<void> {
  const timer = clock.setTimer(
    () =>
      connection.destroy(
        new StreamingError('CreationTimeout', `the server did not answer a stream within ${timeouts.creation} ms`),
      ),
    timeouts.creation,
  );
  try {
    await stream.replied;
  } finally {
    timer.cancel();
  }
}

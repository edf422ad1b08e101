import { dialPortForward } from '@vk/streaming';
import type { DuplexStream } from '@vk/node/provider';
import type { StreamSettings } from './run-streams.ts';
import { StreamFailedError } from './stream-failed-error.ts';

/** Joins a caller's stream to a port in the sandbox. Resolves when either side has ended. */
export async function forwardPort(
  port: number,
  stream: DuplexStream,
  { url, idleMilliseconds, signal }: StreamSettings,
): Promise<void> {
  const client = await dialPortForward({
    target: { url },
    transport: 'spdy',
    timeouts: { idle: idleMilliseconds },
    signal,
  });
  try {
    const forwarded = await client.open(port);
    const inward = stream.readable.pipeTo(forwarded.stream.writable, { signal: forwarded.signal });
    // The other side may stop listening before the caller stops talking.
    const quiet = inward.then(
      () => undefined,
      () => undefined,
    );
    await forwarded.stream.readable.pipeTo(stream.writable);
    const failure = await forwarded.failure;
    forwarded.close();
    await quiet;
    if (failure !== undefined) throw new StreamFailedError(failure);
  } finally {
    await client.close();
  }
}

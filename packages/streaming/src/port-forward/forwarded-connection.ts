import type { ByteDuplex } from '../bytes/byte-duplex.ts';
import type { ByteQueue } from '../bytes/byte-queue.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { readableOfQueue } from '../bytes/readable-of-queue.ts';
import { SettlingSink } from '../bytes/settling-sink.ts';
import { writableOfSink } from '../bytes/writable-of-sink.ts';
import { asError } from '../errors/streaming-error.ts';

/** One connection to a port of the pod that the client asks for. */
export interface ForwardedConnection {
  /** 1 to 65535. */
  readonly port: number;
  /** What the client sends, and what goes back to it. */
  readonly stream: ByteDuplex;
  /** Aborted when the client breaks off the connection, or is gone. */
  readonly signal: AbortSignal;
}

/**
 * Serves one connection: resolves when either side has ended it. When it rejects, the message of the error is told to
 * the client.
 */
export type ForwardConnection = (connection: ForwardedConnection) => Promise<void>;

/** What a transport gives one connection. */
export interface ForwardChannels {
  readonly port: number;
  readonly data: ByteSink;
  readonly inbound: ByteQueue;
  readonly error: ByteSink;
  readonly signal: AbortSignal;
}

/** Runs one connection and ends both of its streams, with the reason where it failed. Does not reject. */
export async function runForward(channels: ForwardChannels, forward: ForwardConnection): Promise<void> {
  const { port, inbound, error, signal } = channels;
  const data = new SettlingSink(channels.data);
  const stream = { readable: readableOfQueue(inbound), writable: writableOfSink(data) };
  try {
    await forward({ port, stream, signal });
    await data.settled();
    data.end();
  } catch (failure) {
    if (!signal.aborted) {
      tell(error, `error forwarding port ${port}: ${asError(failure).message}`);
      data.abort(asError(failure));
    }
  }
  inbound.discard();
  error.end();
}

/** Writes a message to an error stream, as far as the client still wants to know. */
export function tell(error: ByteSink, message: string): void {
  try {
    void error.write(Buffer.from(message));
  } catch {
    // The client has reset the error stream: it does not want to know.
  }
}

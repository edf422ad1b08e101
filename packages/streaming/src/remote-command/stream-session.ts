import type { ByteQueue } from '../bytes/byte-queue.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { readableOfQueue } from '../bytes/readable-of-queue.ts';
import { SettlingSink } from '../bytes/settling-sink.ts';
import { writableOfSink } from '../bytes/writable-of-sink.ts';
import { encodeOutcome } from './command-outcome.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { sendsStatus } from './protocols.ts';
import type { SpdyCommandProtocol, WebSocketCommandProtocol } from './protocols.ts';
import { readTerminalSizes } from './read-terminal-sizes.ts';
import { TerminalSizes } from './terminal-sizes.ts';
import type { TerminalSize } from './terminal-sizes.ts';

/** A remote command as the server sees it, whatever carries it. */
export interface StreamSession {
  readonly transport: 'spdy' | 'websocket';
  /** What was agreed on; empty for a WebSocket client that named no protocol. */
  readonly protocol: SpdyCommandProtocol | WebSocketCommandProtocol;
  readonly tty: boolean;
  /** What the client types. Ends when the client ends it, where the protocol can say so. */
  readonly stdin?: ReadableStream<Uint8Array>;
  /** Writes settle when the client, or the network to it, has room for more. */
  readonly stdout?: WritableStream<Uint8Array>;
  readonly stderr?: WritableStream<Uint8Array>;
  /** Each change of the terminal's size, once. Ends with the session; empty where the protocol has none. */
  readonly resizes: AsyncIterable<TerminalSize>;
  /** Aborted with a StreamingError when the client is gone, silent for too long, or breaks the protocol; not by `finish`. */
  readonly signal: AbortSignal;
  /** Bytes that are held for this session at the moment: unread and unsent. */
  readonly bufferedBytes: number;
  /**
   * Ends the session: sends what was written, then the outcome, and settles when the connection is closed. It does not
   * fail when the client is gone. A second call changes nothing.
   */
  finish(outcome: CommandOutcome): Promise<void>;
  /** Ends the session at once, without an outcome. */
  abort(reason: Error): void;
}

/** What a transport gives a session. */
export interface SessionChannels {
  readonly transport: StreamSession['transport'];
  readonly protocol: StreamSession['protocol'];
  readonly tty: boolean;
  readonly stdin: ByteQueue | undefined;
  readonly stdout: ByteSink | undefined;
  readonly stderr: ByteSink | undefined;
  readonly resize: ByteQueue | undefined;
  readonly error: ByteSink;
  readonly connection: {
    readonly signal: AbortSignal;
    readonly bufferedBytes: number;
    close(): Promise<void>;
    destroy(reason: Error): void;
  };
}

export function createSession(channels: SessionChannels): StreamSession {
  const { connection, protocol, error } = channels;
  const sizes = new TerminalSizes();
  const outputs = [channels.stdout, channels.stderr].map((sink) =>
    sink === undefined ? undefined : new SettlingSink(sink),
  );
  const [stdout, stderr] = outputs;
  if (channels.resize === undefined) {
    sizes.end();
  } else {
    void readTerminalSizes(channels.resize, sizes);
  }
  const finish = async (outcome: CommandOutcome): Promise<void> => {
    for (const output of outputs) {
      await output?.settled();
    }
    const withStatus = sendsStatus(protocol);
    if (!connection.signal.aborted) {
      await tell(error, encodeOutcome(outcome, withStatus));
    }
    if (!withStatus) {
      // Clients of the first version take the end of the outputs for the end of it all.
      error.end();
    }
    for (const output of outputs) {
      output?.end();
    }
    error.end();
    sizes.end();
    await connection.close();
  };
  let finished: Promise<void> | undefined;
  return {
    transport: channels.transport,
    protocol,
    tty: channels.tty,
    ...(channels.stdin === undefined ? {} : { stdin: readableOfQueue(channels.stdin) }),
    ...(stdout === undefined ? {} : { stdout: writableOfSink(stdout) }),
    ...(stderr === undefined ? {} : { stderr: writableOfSink(stderr) }),
    resizes: sizes,
    signal: connection.signal,
    get bufferedBytes() {
      return connection.bufferedBytes;
    },
    finish: (outcome) => (finished ??= finish(outcome)),
    abort: (reason) => connection.destroy(reason),
  };
}

async function tell(error: ByteSink, outcome: Uint8Array): Promise<void> {
  try {
    await error.write(outcome);
  } catch {
    // The client has reset the error stream, or is gone: it does not want to know. What it still reads is not cut off.
  }
}

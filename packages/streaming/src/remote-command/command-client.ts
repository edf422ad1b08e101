import type { ByteQueue } from '../bytes/byte-queue.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { readableOfQueue } from '../bytes/readable-of-queue.ts';
import { writableOfSink } from '../bytes/writable-of-sink.ts';
import { StreamingError } from '../errors/streaming-error.ts';
import { decodeOutcome } from './command-outcome.ts';
import type { CommandOutcome } from './command-outcome.ts';
import { sendsStatus } from './protocols.ts';
import type { SpdyCommandProtocol, WebSocketCommandProtocol } from './protocols.ts';
import type { TerminalSize } from './terminal-sizes.ts';

/** A remote command as the client sees it, whatever carries it. */
export interface RemoteCommandClient {
  readonly transport: 'spdy' | 'websocket';
  /** What the server chose; empty for a WebSocket server that named no protocol. */
  readonly protocol: SpdyCommandProtocol | WebSocketCommandProtocol;
  /** Closing it ends the input of the command, where the protocol can say so. */
  readonly stdin?: WritableStream<Uint8Array>;
  /** Has to be read or cancelled: a stream that is full holds up all of them. */
  readonly stdout?: ReadableStream<Uint8Array>;
  readonly stderr?: ReadableStream<Uint8Array>;
  /** Tells the server a new size of the terminal; without effect where the protocol has none. */
  resize(size: TerminalSize): void;
  /** How the command ended. Rejects with a StreamingError when the connection ended before that was known. */
  readonly outcome: Promise<CommandOutcome>;
  /** Aborted with a StreamingError when the connection ends before the outcome and all output have come. */
  readonly signal: AbortSignal;
  /** Bytes that are held for this command at the moment: unread and unsent. */
  readonly bufferedBytes: number;
  /** Ends the connection; a command that still runs is told that its client went away. */
  close(): Promise<void>;
}

/** What a transport gives a client. */
export interface ClientChannels {
  readonly transport: RemoteCommandClient['transport'];
  readonly protocol: RemoteCommandClient['protocol'];
  readonly stdin: ByteSink | undefined;
  readonly stdout: ByteQueue | undefined;
  readonly stderr: ByteQueue | undefined;
  readonly resize: ByteSink | undefined;
  readonly error: ByteQueue;
  readonly connection: {
    readonly signal: AbortSignal;
    readonly bufferedBytes: number;
    readonly closed: Promise<void>;
    close(): Promise<void>;
  };
}

/** An outcome is a Status or a line of text; what is longer is neither. */
const outcomeBytes = 64 * 1024;

async function readOutcome(error: ByteQueue, asStatus: boolean): Promise<CommandOutcome> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let chunk = await error.read(); chunk !== undefined; chunk = await error.read()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > outcomeBytes) {
      error.discard();
      throw new StreamingError('ProtocolError', `the error stream carries more than ${outcomeBytes} bytes`);
    }
  }
  return decodeOutcome(Buffer.concat(chunks), asStatus);
}

export function createCommandClient(channels: ClientChannels): RemoteCommandClient {
  const { connection, protocol, stdin, stdout, stderr, resize } = channels;
  const outcome = readOutcome(channels.error, sendsStatus(protocol));
  const over = Promise.all([outcome, stdout?.ended, stderr?.ended]);
  over
    .then(
      () => connection.close(),
      () => connection.close(),
    )
    .catch(() => undefined);
  outcome.catch(() => undefined);
  return {
    transport: channels.transport,
    protocol,
    ...(stdin === undefined ? {} : { stdin: writableOfSink(stdin) }),
    ...(stdout === undefined ? {} : { stdout: readableOfQueue(stdout) }),
    ...(stderr === undefined ? {} : { stderr: readableOfQueue(stderr) }),
    resize: ({ width, height }) => {
      if (!connection.signal.aborted) {
        void resize?.write(Buffer.from(`${JSON.stringify({ Width: width, Height: height })}\n`));
      }
    },
    outcome,
    signal: connection.signal,
    get bufferedBytes() {
      return connection.bufferedBytes;
    },
    close: () => connection.close(),
  };
}

import { asError, StreamingError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import type { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { acceptSpdy } from '../upgrade/accept-spdy.ts';
import type { CommandUpgrade } from './command-upgrade.ts';
import { hasResizeStream, spdyCommandProtocols } from './protocols.ts';
import type { SpdyCommandProtocol } from './protocols.ts';
import type { RemoteCommandStreams } from './remote-command-query.ts';
import type { SessionChannels } from './stream-session.ts';

type StreamType = 'error' | 'stdin' | 'stdout' | 'stderr' | 'resize';

function expectedStreams(asked: RemoteCommandStreams, protocol: SpdyCommandProtocol): Set<string> {
  const expected = new Set<StreamType>(['error']);
  if (asked.stdin) {
    expected.add('stdin');
  }
  if (asked.stdout) {
    expected.add('stdout');
  }
  if (asked.stderr) {
    expected.add('stderr');
  }
  if (asked.tty && hasResizeStream(protocol)) {
    expected.add('resize');
  }
  return expected;
}

/** A remote command over SPDY. The client opens a stream for each part, named by its header `streamType`. */
export async function acceptSpdyCommand(upgrade: CommandUpgrade): Promise<SessionChannels> {
  const arrived = new Map<string, SpdyStream>();
  const complete = Promise.withResolvers<void>();
  let expected: Set<string> | undefined;
  const onStream = (stream: SpdyStream, protocol: SpdyCommandProtocol): void => {
    expected ??= expectedStreams(upgrade.streams, protocol);
    const type = stream.headers.get('streamtype') ?? '';
    if (!expected.has(type) || arrived.has(type)) {
      // Nobody asked for it: the client is told that nothing comes on it, and what it sends is dropped.
      stream.reply({ fin: true });
      stream.inbound.discard();
      return;
    }
    stream.reply();
    arrived.set(type, stream);
    if (type !== 'stdin' && type !== 'resize') {
      stream.inbound.discard();
    }
    if (arrived.size === expected.size) {
      complete.resolve();
    }
  };
  const { connection, protocol } = acceptSpdy({ ...upgrade, protocols: spdyCommandProtocols, onStream });
  await streamsInTime(connection, complete.promise, upgrade.settings);
  const error = arrived.get('error');
  if (error === undefined) {
    throw new StreamingError('ProtocolError', 'the client opened no error stream');
  }
  return {
    transport: 'spdy',
    protocol,
    tty: upgrade.streams.tty,
    stdin: arrived.get('stdin')?.inbound,
    stdout: arrived.get('stdout'),
    stderr: arrived.get('stderr'),
    resize: arrived.get('resize')?.inbound,
    error,
    connection,
  };
}

async function streamsInTime(
  connection: SpdyConnection,
  complete: Promise<void>,
  { clock, timeouts }: StreamingSettings,
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = clock.setTimer(() => {
    const reason = new StreamingError(
      'CreationTimeout',
      `the client did not open its streams within ${timeouts.creation} ms`,
    );
    late.reject(reason);
    connection.destroy(reason);
  }, timeouts.creation);
  const onLost = (): void => late.reject(asError(connection.signal.reason));
  connection.signal.addEventListener('abort', onLost, { once: true });
  if (connection.signal.aborted) {
    onLost();
  }
  try {
    await Promise.race([complete, late.promise]);
  } finally {
    timer.cancel();
    connection.signal.removeEventListener('abort', onLost);
  }
}

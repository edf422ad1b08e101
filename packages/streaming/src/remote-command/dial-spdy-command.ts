import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import type { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { openInTime } from '../spdy/open-in-time.ts';
import { dialSpdy } from '../upgrade/dial-spdy.ts';
import type { DialTarget } from '../upgrade/dial-target.ts';
import { chooseProtocol } from '../upgrade/request-headers.ts';
import type { ClientChannels } from './command-client.ts';
import { hasResizeStream, spdyCommandProtocols } from './protocols.ts';
import type { RemoteCommandStreams } from './remote-command-query.ts';

export interface CommandDial {
  readonly target: DialTarget;
  readonly settings: StreamingSettings;
  readonly streams: RemoteCommandStreams;
  readonly protocols: readonly string[];
}

/** Opens the streams one after the other, in client-go's order: an old server starts with what it has got. */
async function openStreams(
  connection: SpdyConnection,
  types: readonly string[],
  settings: StreamingSettings,
): Promise<ReadonlyMap<string, SpdyStream>> {
  const opened = new Map<string, SpdyStream>();
  for (const type of types) {
    const stream = connection.openStream(new Map([['streamtype', type]]));
    await openInTime(stream, connection, settings);
    opened.set(type, stream);
  }
  return opened;
}

export async function dialSpdyCommand(dial: CommandDial): Promise<ClientChannels> {
  const { streams, settings } = dial;
  const { connection, protocol: chosen } = await dialSpdy(dial.target, dial.protocols, settings);
  // A server that names no protocol is one from before there were versions.
  const protocol = chooseProtocol([chosen === '' ? 'channel.k8s.io' : chosen], spdyCommandProtocols);
  if (protocol === undefined) {
    connection.destroy(new UpgradeRefused(101, 'another protocol was chosen'));
    throw new UpgradeRefused(101, `the server chose the protocol ${chosen}, which was not offered`);
  }
  const types = ['error'];
  for (const type of ['stdin', 'stdout', 'stderr'] as const) {
    if (streams[type]) {
      types.push(type);
    }
  }
  if (streams.tty && hasResizeStream(protocol)) {
    types.push('resize');
  }
  const opened = await openStreams(connection, types, settings);
  opened.get('stdin')?.inbound.discard();
  opened.get('resize')?.inbound.discard();
  const error = opened.get('error');
  if (error === undefined) {
    throw new UpgradeRefused(101, 'the server opened no error stream');
  }
  return {
    transport: 'spdy',
    protocol,
    stdin: opened.get('stdin'),
    stdout: opened.get('stdout')?.inbound,
    stderr: opened.get('stderr')?.inbound,
    resize: opened.get('resize'),
    error: error.inbound,
    connection,
  };
}

import { acceptWebSocket } from '../websocket/accept-web-socket.ts';
import { base64Codec, binaryCodec } from '../websocket/channel-codec.ts';
import { ChannelConnection } from '../websocket/channel-connection.ts';
import type { CommandUpgrade } from './command-upgrade.ts';
import { commandChannel, webSocketCommandProtocols } from './protocols.ts';
import type { SessionChannels } from './stream-session.ts';

/** The first output that the client asked for, or the errors. */
function lowestWritable({ stdout, stderr }: CommandUpgrade['streams']): number {
  if (stdout) {
    return commandChannel.stdout;
  }
  return stderr ? commandChannel.stderr : commandChannel.error;
}

/** A remote command over a WebSocket. A message without bytes tells the client that it may begin, as in the kubelet. */
export async function acceptWebSocketCommand(upgrade: CommandUpgrade): Promise<SessionChannels> {
  const { streams, settings, socket } = upgrade;
  const { webSocket, protocol } = await acceptWebSocket({ ...upgrade, protocols: webSocketCommandProtocols });
  const connection = new ChannelConnection({
    webSocket,
    duplex: socket,
    codec: protocol.includes('base64') ? base64Codec : binaryCodec,
    closesChannels: protocol === 'v5.channel.k8s.io',
    readable: [...(streams.stdin ? [commandChannel.stdin] : []), ...(streams.tty ? [commandChannel.resize] : [])],
    role: 'server',
    settings,
  });
  connection.announce(lowestWritable(streams));
  return {
    transport: 'websocket',
    protocol,
    tty: streams.tty,
    stdin: connection.queue(commandChannel.stdin),
    stdout: streams.stdout ? connection.sink(commandChannel.stdout) : undefined,
    stderr: streams.stderr ? connection.sink(commandChannel.stderr) : undefined,
    resize: connection.queue(commandChannel.resize),
    error: connection.sink(commandChannel.error),
    connection,
  };
}

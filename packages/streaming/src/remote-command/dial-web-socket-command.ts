import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import { chooseProtocol } from '../upgrade/request-headers.ts';
import { base64Codec, binaryCodec } from '../websocket/channel-codec.ts';
import { ChannelConnection } from '../websocket/channel-connection.ts';
import { dialWebSocket } from '../websocket/dial-web-socket.ts';
import type { ClientChannels } from './command-client.ts';
import type { CommandDial } from './dial-spdy-command.ts';
import { commandChannel, webSocketCommandProtocols } from './protocols.ts';

export async function dialWebSocketCommand(dial: CommandDial): Promise<ClientChannels> {
  const { streams, settings } = dial;
  const offered = dial.protocols.filter((protocol) => protocol !== '');
  const { webSocket, socket, protocol: chosen } = await dialWebSocket(dial.target, offered, settings);
  const protocol = chooseProtocol([chosen], webSocketCommandProtocols);
  if (protocol === undefined) {
    webSocket.terminate();
    throw new UpgradeRefused(101, `the server chose the protocol ${chosen}, which was not offered`);
  }
  const readable = [
    commandChannel.error,
    ...(streams.stdout ? [commandChannel.stdout] : []),
    ...(streams.stderr ? [commandChannel.stderr] : []),
  ];
  const connection = new ChannelConnection({
    webSocket,
    duplex: socket,
    codec: protocol.includes('base64') ? base64Codec : binaryCodec,
    closesChannels: protocol === 'v5.channel.k8s.io',
    readable,
    role: 'client',
    settings,
  });
  return {
    transport: 'websocket',
    protocol,
    stdin: streams.stdin ? connection.sink(commandChannel.stdin) : undefined,
    stdout: connection.queue(commandChannel.stdout),
    stderr: connection.queue(commandChannel.stderr),
    resize: streams.tty ? connection.sink(commandChannel.resize) : undefined,
    error: connection.requireQueue(commandChannel.error),
    connection,
  };
}

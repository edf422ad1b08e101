import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { base64Codec, binaryCodec } from '../websocket/channel-codec.ts';
import { ChannelConnection } from '../websocket/channel-connection.ts';
import { runForward } from './forwarded-connection.ts';
import type { ForwardConnection } from './forwarded-connection.ts';
import type { ChannelForwardProtocol } from './protocols.ts';

export interface ChannelForward {
  readonly webSocket: WebSocket;
  readonly duplex: Duplex;
  readonly protocol: ChannelForwardProtocol;
  readonly ports: readonly number[];
  readonly settings: StreamingSettings;
  readonly forward: ForwardConnection;
}

/**
 * The older form of port-forward: port number i of the query has channel 2i for data and 2i + 1 for errors, and each
 * begins with the port in two bytes, the lower one first. There is one connection for each port, begun at once; when
 * all of them have ended the WebSocket is closed.
 */
export function forwardChannels(init: ChannelForward): ChannelConnection {
  const { ports, forward } = init;
  const connection = new ChannelConnection({
    webSocket: init.webSocket,
    duplex: init.duplex,
    codec: init.protocol.includes('base64') ? base64Codec : binaryCodec,
    closesChannels: false,
    readable: ports.map((_port, index) => 2 * index),
    role: 'server',
    settings: init.settings,
  });
  const running = ports.map((port, index) => {
    const data = connection.sink(2 * index);
    const error = connection.sink(2 * index + 1);
    const greeting = Buffer.of(port & 0xff, port >>> 8);
    void data.write(greeting);
    void error.write(greeting);
    const inbound = connection.requireQueue(2 * index);
    return runForward({ port, data, inbound, error, signal: connection.signal }, forward);
  });
  void Promise.all(running).then(() => connection.close());
  return connection;
}

import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { readableOfQueue } from '../bytes/readable-of-queue.ts';
import { writableOfSink } from '../bytes/writable-of-sink.ts';
import type { ByteQueue } from '../bytes/byte-queue.ts';
import { StreamingError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { base64Codec, binaryCodec } from '../websocket/channel-codec.ts';
import { ChannelConnection } from '../websocket/channel-connection.ts';
import type { PortForwardClient } from './port-forward-client.ts';

/** Reads the port with which a channel begins. The server sends it as a message of its own. */
async function readGreeting(queue: ByteQueue): Promise<number> {
  const greeting = await queue.read();
  if (greeting?.length !== 2) {
    throw new StreamingError('ProtocolError', 'a channel does not begin with its port');
  }
  return Buffer.from(greeting).readUInt16LE(0);
}

/** Port-forward with a WebSocket channel for each port of the query. */
export function channelForwardClient(
  dialled: { readonly webSocket: WebSocket; readonly socket: Socket; readonly protocol: string },
  ports: readonly number[],
  settings: StreamingSettings,
): PortForwardClient {
  const connection = new ChannelConnection({
    webSocket: dialled.webSocket,
    duplex: dialled.socket,
    codec: dialled.protocol.includes('base64') ? base64Codec : binaryCodec,
    closesChannels: false,
    readable: ports.flatMap((_port, index) => [2 * index, 2 * index + 1]),
    role: 'client',
    settings,
  });
  const opened = new Set<number>();
  const open: PortForwardClient['open'] = async (port) => {
    const index = ports.findIndex((candidate, at) => candidate === port && !opened.has(at));
    if (index === -1) {
      throw new StreamingError('Closed', `port ${port} was not asked for, or is open already`);
    }
    opened.add(index);
    const data = connection.requireQueue(2 * index);
    const error = connection.requireQueue(2 * index + 1);
    if ((await readGreeting(data)) !== port || (await readGreeting(error)) !== port) {
      throw new StreamingError('ProtocolError', `the channels of port ${port} begin with another port`);
    }
    const sink = connection.sink(2 * index);
    return {
      port,
      stream: { readable: readableOfQueue(data), writable: writableOfSink(sink) },
      // The channel does not end before the whole session does: the message is the first one.
      failure: error.read().then(
        (message) => (message === undefined ? undefined : Buffer.from(message).toString('utf8')),
        () => undefined,
      ),
      signal: connection.signal,
      close: () => {
        sink.end();
        data.discard();
      },
    };
  };
  return {
    transport: 'websocket',
    open,
    signal: connection.signal,
    closed: connection.closed,
    get bufferedBytes() {
      return connection.bufferedBytes;
    },
    close: () => connection.close(),
  };
}

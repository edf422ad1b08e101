import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { streamingSettings } from '../options/streaming-options.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';

/** Two sockets that are connected to each other on loopback. */
export async function socketPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const near = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown];
  server.close();
  return { near, far };
}

export interface ConnectedServer {
  readonly server: SpdyConnection;
  /** Streams that the server was offered, in order; it replies to each. */
  readonly streams: SpdyStream[];
  /** The other end, for a test to speak on by hand or to make a client of. */
  readonly far: Socket;
}

/** A server's connection, and the bare socket of its peer. */
export async function connectedServer(options: StreamingOptions = {}): Promise<ConnectedServer> {
  const { near, far } = await socketPair();
  const streams: SpdyStream[] = [];
  const onStream = (stream: SpdyStream): void => {
    stream.reply();
    streams.push(stream);
  };
  const settings = streamingSettings(options);
  return { server: new SpdyConnection({ duplex: near, role: 'server', settings, onStream }), streams, far };
}

export interface ConnectedSpdy {
  readonly client: SpdyConnection;
  readonly server: SpdyConnection;
  readonly streams: SpdyStream[];
  /** Ends both. */
  stop(): Promise<void>;
}

/** A client and a server that are connected to each other. */
export async function connectedSpdy(options: StreamingOptions = {}): Promise<ConnectedSpdy> {
  const { server, streams, far } = await connectedServer(options);
  const client = new SpdyConnection({ duplex: far, role: 'client', settings: streamingSettings(options) });
  const stop = async (): Promise<void> => {
    client.destroy(new Error('the test is over'));
    server.destroy(new Error('the test is over'));
    await Promise.all([client.closed, server.closed]);
  };
  return { client, server, streams, stop };
}

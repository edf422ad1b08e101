import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { streamingSettings, type StreamingOptions } from '../options/streaming-options.ts';
import { answerSpdy, offeredProtocols } from '../upgrade/answer-spdy.ts';
import { prepareSocket } from '../upgrade/prepare-socket.ts';
import { dialForClient } from './dial-for-client.ts';
import { dialStreamingServer } from './dial-streaming-server.ts';
import { joinStreamingServer } from './join-streaming-server.ts';

export interface ProxySpdyOptions extends StreamingOptions {
  /** Who serves the stream, in the client's own protocol: the streaming server of a container runtime. `http` or `https`. */
  readonly url: URL;
}

/**
 * Serves the `upgrade` event of an HTTP server by joining the client to another server of SPDY/3.1, byte by byte, as the kubelet does with a
 * container runtime: nothing is decoded here. Nothing of the client's request but its list of protocols is passed on. It owns the
 * socket from the first moment. Resolves when both connections are closed.
 *
 * @throws UpgradeRefused when the other server does not take it, cannot be reached, or no protocol is named. The client has been
 *   answered, and the socket is being closed.
 * @throws StreamingError when either side breaks off, or is silent for too long.
 */
export async function proxySpdy(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { url, ...options }: ProxySpdyOptions,
): Promise<void> {
  const settings = streamingSettings(options);
  prepareSocket(socket);
  const protocols = offeredProtocols(request, socket);
  const server = await dialForClient(socket, settings, (dialSettings) =>
    dialStreamingServer(url, protocols, dialSettings),
  );
  answerSpdy(socket, server.protocol);
  await joinStreamingServer({ socket, head }, server, settings);
}

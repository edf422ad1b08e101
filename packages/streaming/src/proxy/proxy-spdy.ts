import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import { streamingSettings, type StreamingOptions, type StreamingSettings } from '../options/streaming-options.ts';
import { answerSpdy, offeredProtocols } from '../upgrade/answer-spdy.ts';
import { prepareSocket } from '../upgrade/prepare-socket.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';
import { dialStreamingServer, type StreamingServerConnection } from './dial-streaming-server.ts';
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
  const server = await dialFor(socket, settings, (signal) =>
    dialStreamingServer(url, protocols, { ...settings, signal }),
  );
  answerSpdy(socket, server.protocol);
  if (head.length > 0) server.socket.write(head);
  await joinStreamingServer(socket, server, settings);
}

/** Dials for a client, as long as it waits for it. */
async function dialFor(
  socket: Duplex,
  { signal }: StreamingSettings,
  dial: (signal: AbortSignal) => Promise<StreamingServerConnection>,
): Promise<StreamingServerConnection> {
  const left = new AbortController();
  const onLeft = (): void => left.abort(new StreamingError('PeerGone', 'the client has gone'));
  socket.on('close', onLeft);
  socket.on('error', onLeft);
  try {
    return await dial(signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]));
  } catch (error) {
    if (socket.destroyed) throw error;
    throw refuseUpgrade(socket, { status: statusOf(error), message: `unable to upgrade: ${asError(error).message}` });
  } finally {
    socket.off('close', onLeft);
  }
}

/** An answer below 400 is no error that a client could be given, and what is no answer is a fault between us and the server. */
function statusOf(error: unknown): number {
  return error instanceof UpgradeRefused && error.httpStatus >= 400 ? error.httpStatus : 502;
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { upgradeKind } from '../upgrade/request-headers.ts';
import { acceptSpdyCommand } from './accept-spdy-command.ts';
import { acceptWebSocketCommand } from './accept-web-socket-command.ts';
import { commandUpgrade } from './command-upgrade.ts';
import type { RemoteCommandStreams } from './remote-command-query.ts';
import { createSession } from './stream-session.ts';
import type { StreamSession } from './stream-session.ts';

/** Which streams were asked for, and what every connection takes. */
export interface AcceptRemoteCommandOptions extends StreamingOptions, RemoteCommandStreams {}

/**
 * Serves the `upgrade` event of an HTTP server for exec and attach: SPDY/3.1 and WebSocket, in every version that
 * clients of Kubernetes speak. Resolves when all streams are there. It owns the socket from the first moment:
 * authenticate and authorise the request before, and end the session with `finish`.
 *
 * @throws UpgradeRefused when the request is not one of ours. It has been answered, and the socket is being closed.
 * @throws StreamingError when the client goes away or does not open its streams in time.
 */
export async function acceptRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: AcceptRemoteCommandOptions,
): Promise<StreamSession> {
  const upgrade = commandUpgrade(request, socket, head, options);
  const spdy = upgradeKind(request) === 'spdy';
  return createSession(await (spdy ? acceptSpdyCommand(upgrade) : acceptWebSocketCommand(upgrade)));
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { streamingSettings, type StreamingOptions } from '../options/streaming-options.ts';
import { channelForwardProtocols, spdyForwardProtocol, tunnelProtocol } from '../port-forward/protocols.ts';
import { prepareSocket } from '../upgrade/prepare-socket.ts';
import { webSocketProtocols } from '../upgrade/protocol-token.ts';
import { chooseProtocol, upgradeKind } from '../upgrade/request-headers.ts';
import { answerWebSocket, webSocketKey } from '../websocket/answer-web-socket.ts';
import { dialForClient } from './dial-for-client.ts';
import { dialStreamingServer } from './dial-streaming-server.ts';
import { joinStreamingServer } from './join-streaming-server.ts';
import { proxySpdy } from './proxy-spdy.ts';
import { tunnelTranslation } from './tunnel-translation.ts';

export interface ProxyPortForwardOptions extends StreamingOptions {
  /** Who forwards: a server of SPDY/3.1, such as the streaming server of a container runtime. `http` or `https`. */
  readonly url: URL;
}

/** Whether {@link proxyPortForward} serves a client: not one that has a WebSocket channel for each port. */
export function canProxyPortForward(request: IncomingMessage): boolean {
  return upgradeKind(request) === 'spdy' || asksForTunnel(request);
}

/**
 * Serves the `upgrade` event of an HTTP server for port-forward by joining the client to another server of it: the SPDY that comes,
 * as it is or in the messages of a WebSocket (KEP-4006), is not looked into. Nothing of the client's request but its list of protocols
 * goes on. It owns the socket from the first moment. Resolves when both connections are closed.
 *
 * @throws UpgradeRefused when the request is not one of ours, or the server does not take it or cannot be reached. The client has
 *   been answered, and the socket is being closed.
 * @throws StreamingError when either side breaks off, or is silent for too long.
 */
export async function proxyPortForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: ProxyPortForwardOptions,
): Promise<void> {
  if (!asksForTunnel(request)) return proxySpdy(request, socket, head, options);
  const settings = streamingSettings(options);
  prepareSocket(socket);
  const key = webSocketKey(request, socket);
  const server = await dialForClient(socket, settings, (dialSettings) =>
    dialStreamingServer(options.url, [spdyForwardProtocol], dialSettings),
  );
  answerWebSocket(socket, key, tunnelProtocol);
  await joinStreamingServer({ socket, head }, server, settings, tunnelTranslation(settings));
}

function asksForTunnel(request: IncomingMessage): boolean {
  const protocols = [tunnelProtocol, ...channelForwardProtocols] as const;
  return (
    upgradeKind(request) === 'websocket' && chooseProtocol(webSocketProtocols(request), protocols) === tunnelProtocol
  );
}

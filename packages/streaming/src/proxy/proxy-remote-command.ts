import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { commandUpgrade } from '../remote-command/command-upgrade.ts';
import { webSocketCommandProtocols, type WebSocketCommandProtocol } from '../remote-command/protocols.ts';
import type { RemoteCommandStreams } from '../remote-command/remote-command-query.ts';
import { webSocketProtocols } from '../upgrade/protocol-token.ts';
import { chooseProtocol, upgradeKind } from '../upgrade/request-headers.ts';
import { answerWebSocket, webSocketKey } from '../websocket/answer-web-socket.ts';
import { commandTranslation } from './command-translation.ts';
import { dialForClient } from './dial-for-client.ts';
import { dialStreamingServer } from './dial-streaming-server.ts';
import { joinStreamingServer } from './join-streaming-server.ts';
import { proxySpdy } from './proxy-spdy.ts';

/** Which streams the client asked for, and what every connection takes. */
export interface ProxyRemoteCommandOptions extends StreamingOptions, RemoteCommandStreams {
  /** Who runs the command: a server of SPDY/3.1, such as the streaming server of a container runtime. `http` or `https`. */
  readonly url: URL;
}

/** The channels of a WebSocket whose bytes are those of SPDY streams. */
const passedOn: readonly WebSocketCommandProtocol[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Whether {@link proxyRemoteCommand} serves a client: not one that wants base64, or no Status at the end. */
export function canProxyRemoteCommand(request: IncomingMessage): boolean {
  return upgradeKind(request) === 'spdy' || webSocketProtocolOf(request) !== undefined;
}

/**
 * Serves the `upgrade` event of an HTTP server for exec and attach by joining the client to the server that runs the command. SPDY is
 * passed on as it is; of a WebSocket the frames are changed, not the bytes in them. Nothing of the client's request but its list of
 * protocols goes on. It owns the socket from the first moment. Resolves when both connections are closed.
 *
 * @throws UpgradeRefused when the request is not one of ours, or the server does not take it or cannot be reached. The client has
 *   been answered, and the socket is being closed.
 * @throws StreamingError when either side breaks off, or is silent for too long.
 */
export async function proxyRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: ProxyRemoteCommandOptions,
): Promise<void> {
  const protocol = webSocketProtocolOf(request);
  if (protocol === undefined) return proxySpdy(request, socket, head, options);
  const { settings, streams } = commandUpgrade(request, socket, head, options);
  const key = webSocketKey(request, socket);
  // What the server refuses is answered in HTTP: it begins when its streams are opened, and not before.
  const server = await dialForClient(socket, settings, (dialSettings) =>
    dialStreamingServer(options.url, ['v4.channel.k8s.io'], dialSettings),
  );
  answerWebSocket(socket, key, protocol);
  const closesChannels = protocol === 'v5.channel.k8s.io';
  const translate = commandTranslation({ streams, closesChannels, settings });
  await joinStreamingServer({ socket, head }, server, settings, translate);
}

function webSocketProtocolOf(request: IncomingMessage): WebSocketCommandProtocol | undefined {
  if (upgradeKind(request) !== 'websocket') return undefined;
  const chosen = chooseProtocol(webSocketProtocols(request), webSocketCommandProtocols);
  return passedOn.find((protocol) => protocol === chosen);
}

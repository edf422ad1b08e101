import { streamingSettings } from '../options/streaming-options.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import type { DialTarget } from '../upgrade/dial-target.ts';
import { createCommandClient } from './command-client.ts';
import type { RemoteCommandClient } from './command-client.ts';
import { dialSpdyCommand } from './dial-spdy-command.ts';
import { dialWebSocketCommand } from './dial-web-socket-command.ts';
import { spdyCommandProtocols } from './protocols.ts';
import type { SpdyCommandProtocol, WebSocketCommandProtocol } from './protocols.ts';
import type { RemoteCommandStreams } from './remote-command-query.ts';

/** What is asked of the server. The query of `target.url` has to say the same streams. */
export interface DialRemoteCommandOptions extends StreamingOptions, RemoteCommandStreams {
  readonly target: DialTarget;
  readonly transport: 'spdy' | 'websocket';
  /** In the order of preference. All of SPDY, and `v5.channel.k8s.io` of WebSocket, by default, as in client-go. */
  readonly protocols?: readonly (SpdyCommandProtocol | WebSocketCommandProtocol)[];
}

/**
 * Runs a remote command on a kubelet, an API server or the streaming server of a container runtime. Resolves when the
 * server has agreed and the streams are open. Redirects are not followed.
 *
 * @throws UpgradeRefused when the server answers anything but an upgrade, or chooses a protocol that was not offered.
 * @throws StreamingError with code `PeerGone` when it cannot be reached, `CreationTimeout` when it does not answer.
 */
export async function dialRemoteCommand(options: DialRemoteCommandOptions): Promise<RemoteCommandClient> {
  const settings = streamingSettings(options);
  const streams = { ...options, stderr: options.stderr && !options.tty };
  const { target } = options;
  if (options.transport === 'spdy') {
    const protocols = options.protocols ?? spdyCommandProtocols;
    return createCommandClient(await dialSpdyCommand({ target, settings, streams, protocols }));
  }
  const protocols = options.protocols ?? ['v5.channel.k8s.io'];
  return createCommandClient(await dialWebSocketCommand({ target, settings, streams, protocols }));
}

import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import { streamingSettings } from '../options/streaming-options.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import { dialSpdy } from '../upgrade/dial-spdy.ts';
import type { DialTarget } from '../upgrade/dial-target.ts';
import { dialWebSocket } from '../websocket/dial-web-socket.ts';
import { tunnelDuplex } from '../websocket/tunnel-duplex.ts';
import { channelForwardClient } from './channel-forward-client.ts';
import type { PortForwardClient } from './port-forward-client.ts';
import { spdyForwardProtocol, tunnelProtocol } from './protocols.ts';
import type { ChannelForwardProtocol } from './protocols.ts';
import { spdyForwardClient } from './spdy-forward-client.ts';

export interface DialPortForwardOptions extends StreamingOptions {
  readonly target: DialTarget;
  /** SPDY, SPDY in a WebSocket, or a WebSocket channel for each port. */
  readonly transport: 'spdy' | 'tunnel' | 'websocket';
  /** For `websocket` alone: the ports in the query of `target.url`, in the same order. */
  readonly ports?: readonly number[];
  /** For `websocket` alone; `v4.channel.k8s.io` by default. */
  readonly protocol?: ChannelForwardProtocol;
}

/**
 * Opens a session to the ports of a pod, on a kubelet, an API server or the streaming server of a container runtime.
 * Redirects are not followed.
 *
 * @throws UpgradeRefused when the server answers anything but an upgrade, or chooses a protocol that was not offered.
 * @throws StreamingError with code `PeerGone` when it cannot be reached, `CreationTimeout` when it does not answer.
 */
export async function dialPortForward(options: DialPortForwardOptions): Promise<PortForwardClient> {
  const { target, transport } = options;
  const settings = streamingSettings(options);
  if (transport === 'spdy') {
    const { connection, protocol } = await dialSpdy(target, [spdyForwardProtocol], settings);
    if (protocol !== spdyForwardProtocol) {
      const refused = new UpgradeRefused(101, `the server chose the protocol ${protocol}, which was not offered`);
      connection.destroy(refused);
      throw refused;
    }
    return spdyForwardClient('spdy', connection, settings);
  }
  const wanted = transport === 'tunnel' ? tunnelProtocol : (options.protocol ?? 'v4.channel.k8s.io');
  const dialled = await dialWebSocket(target, wanted === '' ? [] : [wanted], settings);
  if (dialled.protocol !== wanted) {
    dialled.webSocket.terminate();
    throw new UpgradeRefused(101, `the server chose the protocol ${dialled.protocol}, which was not offered`);
  }
  if (transport === 'websocket') {
    return channelForwardClient(dialled, options.ports ?? [], settings);
  }
  const connection = new SpdyConnection({ duplex: tunnelDuplex(dialled), role: 'client', settings });
  return spdyForwardClient('tunnel', connection, settings);
}

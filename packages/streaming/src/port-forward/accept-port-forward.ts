import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { streamingSettings } from '../options/streaming-options.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import { acceptSpdy } from '../upgrade/accept-spdy.ts';
import { prepareSocket } from '../upgrade/prepare-socket.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';
import { webSocketProtocols } from '../upgrade/protocol-token.ts';
import { chooseProtocol, upgradeKind } from '../upgrade/request-headers.ts';
import { acceptWebSocket } from '../websocket/accept-web-socket.ts';
import { tunnelDuplex } from '../websocket/tunnel-duplex.ts';
import type { ForwardConnection } from './forwarded-connection.ts';
import { forwardChannels } from './forward-channels.ts';
import { channelForwardProtocols, spdyForwardProtocol, tunnelProtocol } from './protocols.ts';
import type { PortForwardProtocol } from './protocols.ts';
import { StreamPairs } from './stream-pairs.ts';

export interface AcceptPortForwardOptions extends StreamingOptions {
  /** Serves each connection that the client asks for. */
  readonly forward: ForwardConnection;
  /** The ports of `?port=`, which a client names that has a WebSocket channel for each; see `readPortForwardQuery`. */
  readonly ports: readonly number[];
}

/** Port-forward as the server sees it: the connections come to `forward`. */
export interface PortForwardSession {
  readonly transport: 'spdy' | 'tunnel' | 'websocket';
  readonly protocol: PortForwardProtocol;
  /** Aborted with a StreamingError when the client is gone, silent for too long, or breaks the protocol; not by `close`. */
  readonly signal: AbortSignal;
  /** Settles when the connection is closed, in whichever way. */
  readonly closed: Promise<void>;
  /** Bytes that are held for this session at the moment: unread and unsent. */
  readonly bufferedBytes: number;
  /** Ends all connections and the session. */
  close(): Promise<void>;
}

interface ForwardUpgrade extends AcceptPortForwardOptions {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/**
 * Serves the `upgrade` event of an HTTP server for port-forward: SPDY/3.1, SPDY in a WebSocket, and the older form
 * with a WebSocket channel for each port. It owns the socket from the first moment: authenticate and authorise the
 * request before.
 *
 * @throws UpgradeRefused when the request is not one of ours. It has been answered, and the socket is being closed.
 */
export async function acceptPortForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: AcceptPortForwardOptions,
): Promise<PortForwardSession> {
  const kind = upgradeKind(request);
  if (kind === undefined) {
    throw refuseUpgrade(socket, {
      status: 400,
      message: 'unable to upgrade: neither SPDY/3.1 nor websocket is asked for',
    });
  }
  prepareSocket(socket);
  const upgrade = { ...options, request, socket, head };
  return kind === 'spdy' ? overSpdy(upgrade) : overWebSocket(upgrade);
}

function overSpdy(upgrade: ForwardUpgrade): PortForwardSession {
  const settings = streamingSettings(upgrade);
  const pairs = new StreamPairs(settings, upgrade.forward);
  const { connection, protocol } = acceptSpdy({
    ...upgrade,
    settings,
    protocols: [spdyForwardProtocol],
    onStream: (stream) => pairs.add(stream),
  });
  void connection.closed.then(() => pairs.stop());
  return session('spdy', protocol, connection);
}

async function overWebSocket(upgrade: ForwardUpgrade): Promise<PortForwardSession> {
  const settings = streamingSettings(upgrade);
  const protocols = [tunnelProtocol, ...channelForwardProtocols] as const;
  const offered = webSocketProtocols(upgrade.request);
  const wanted = chooseProtocol(offered.length === 0 ? [''] : offered, protocols);
  if (wanted !== undefined && wanted !== tunnelProtocol && upgrade.ports.length === 0) {
    throw refuseUpgrade(upgrade.socket, { status: 400, message: 'query parameter "port" is required' });
  }
  const { webSocket, protocol } = await acceptWebSocket({ ...upgrade, settings, protocols });
  if (protocol !== tunnelProtocol) {
    const { socket, ports, forward } = upgrade;
    return session(
      'websocket',
      protocol,
      forwardChannels({ webSocket, duplex: socket, protocol, ports, settings, forward }),
    );
  }
  const pairs = new StreamPairs(settings, upgrade.forward);
  const duplex = tunnelDuplex({ webSocket, socket: upgrade.socket });
  const connection = new SpdyConnection({ duplex, role: 'server', settings, onStream: (stream) => pairs.add(stream) });
  void connection.closed.then(() => pairs.stop());
  return session('tunnel', protocol, connection);
}

function session(
  transport: PortForwardSession['transport'],
  protocol: PortForwardProtocol,
  connection: Pick<PortForwardSession, 'signal' | 'closed' | 'bufferedBytes' | 'close'>,
): PortForwardSession {
  return {
    transport,
    protocol,
    signal: connection.signal,
    closed: connection.closed,
    get bufferedBytes() {
      return connection.bufferedBytes;
    },
    close: () => connection.close(),
  };
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { streamingSettings } from '../options/streaming-options.ts';
import type { StreamingOptions } from '../options/streaming-options.ts';
import { prepareSocket } from '../upgrade/prepare-socket.ts';
import { acceptWebSocket } from '../websocket/accept-web-socket.ts';
import { tunnelDuplex } from '../websocket/tunnel-duplex.ts';
import { tunnelProtocol } from './protocols.ts';

/** What a proxy needs of the options: the bytes are not looked into. */
export type AcceptTunnelOptions = Pick<StreamingOptions, 'limits'>;

/**
 * Takes the `upgrade` event of an HTTP server for port-forward by SPDY in a WebSocket, for a proxy that speaks SPDY to
 * the server behind it (KEP-4006). Gives the SPDY bytes, both ways; their end is the end of the WebSocket. It owns the
 * socket from the first moment: authenticate and authorise the request before.
 *
 * @throws UpgradeRefused when the request is not for a tunnel. It has been answered, and the socket is being closed.
 */
export async function acceptTunnel(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: AcceptTunnelOptions = {},
): Promise<Duplex> {
  prepareSocket(socket);
  const settings = streamingSettings(options);
  const { webSocket } = await acceptWebSocket({ request, socket, head, protocols: [tunnelProtocol], settings });
  return tunnelDuplex({ webSocket, socket });
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';
import { webSocketProtocols } from '../upgrade/protocol-token.ts';
import { chooseProtocol } from '../upgrade/request-headers.ts';

export interface WebSocketUpgrade<P extends string> {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** What this server speaks; the empty name stands for a client that names none. */
  readonly protocols: readonly P[];
  readonly settings: StreamingSettings;
}

/**
 * Answers a request for a WebSocket (RFC 6455) with the first protocol of the client's list that is spoken here. The
 * WebSocket is paused, so that no message is lost before somebody listens.
 *
 * @throws UpgradeRefused after it was answered: 403 when no protocol fits, as the kubelet does; 400 or 405 when it is
 *   not a proper request.
 */
export async function acceptWebSocket<P extends string>(
  upgrade: WebSocketUpgrade<P>,
): Promise<{ webSocket: WebSocket; protocol: P }> {
  const { request, socket, head, protocols, settings } = upgrade;
  const offered = webSocketProtocols(request);
  const named = (request.headers['sec-websocket-protocol'] ?? '') !== '';
  const protocol = chooseProtocol(named ? offered : [''], protocols);
  if (protocol === undefined) {
    throw refuseUpgrade(socket, {
      status: 403,
      message: `unable to upgrade: the client speaks ${offered.join(', ')}, the server ${protocols.join(', ')}`,
    });
  }
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    skipUTF8Validation: true,
    maxPayload: settings.limits.messageBytes,
  });
  const accepted = Promise.withResolvers<{ webSocket: WebSocket; protocol: P }>();
  server.on('wsClientError', (error) => {
    const status = request.method === 'GET' ? 400 : 405;
    accepted.reject(refuseUpgrade(socket, { status, message: `unable to upgrade: ${error.message}` }));
  });
  server.on('headers', (headers) => {
    if (protocol !== '') {
      headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    }
  });
  server.handleUpgrade(withoutProtocols(request), socket, head, (webSocket) => {
    webSocket.pause();
    accepted.resolve({ webSocket, protocol });
  });
  return accepted.promise;
}

/**
 * The request as `ws` is to see it. The name of the tunnel has a slash in it, which RFC 6455 does not allow and `ws`
 * refuses, so the protocol is agreed on here.
 */
function withoutProtocols(request: IncomingMessage): IncomingMessage {
  const { 'sec-websocket-protocol': _agreed, ...headers } = request.headers;
  return Object.create(request, { headers: { value: headers } }) as IncomingMessage;
}

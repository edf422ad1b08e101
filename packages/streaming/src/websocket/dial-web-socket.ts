import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { StreamingError } from '../errors/streaming-error.ts';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { awaitDial } from '../upgrade/await-dial.ts';
import type { DialTarget } from '../upgrade/dial-target.ts';
import { readRefusal } from '../upgrade/read-refusal.ts';

export interface DialledWebSocket {
  /** Open, and paused so that no message is lost before somebody listens. */
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** The protocol that the server chose; empty when it chose none. */
  readonly protocol: string;
}

/**
 * Opens a WebSocket. Redirects are not followed.
 *
 * @throws UpgradeRefused when the server answers anything but 101.
 * @throws StreamingError with code `PeerGone` when it cannot be reached, `CreationTimeout` when it does not answer.
 */
export async function dialWebSocket(
  target: DialTarget,
  protocols: readonly string[],
  settings: StreamingSettings,
): Promise<DialledWebSocket> {
  const url = new URL(target.url);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  // The name of the tunnel has a slash in it, which `ws` does not let through: the protocol is agreed on here.
  const offer = protocols.length === 0 ? {} : { 'Sec-WebSocket-Protocol': protocols.join(', ') };
  const webSocket = new WebSocket(url, {
    ...target.tls,
    ...(target.createConnection === undefined ? {} : { createConnection: target.createConnection }),
    headers: { ...target.headers, ...offer },
    followRedirects: false,
    perMessageDeflate: false,
    autoPong: false,
    skipUTF8Validation: true,
    maxPayload: settings.limits.messageBytes,
  });
  const dialled = Promise.withResolvers<DialledWebSocket>();
  let socket: Socket | undefined;
  let protocol = '';
  webSocket.on('upgrade', (response: IncomingMessage) => {
    socket = response.socket;
    protocol = response.headers['sec-websocket-protocol'] ?? '';
    delete response.headers['sec-websocket-protocol'];
  });
  webSocket.on('unexpected-response', (request, response: IncomingMessage) => {
    void readRefusal(response).then((refusal) => {
      request.destroy();
      dialled.reject(refusal);
    });
  });
  webSocket.on('error', (error: Error) => dialled.reject(failedDial(error)));
  webSocket.on('open', () => {
    webSocket.pause();
    if (socket !== undefined) {
      dialled.resolve({ webSocket, socket, protocol });
    }
  });
  return awaitDial(dialled, settings, () => webSocket.terminate());
}

function failedDial(error: Error): Error {
  return error instanceof UpgradeRefused
    ? error
    : new StreamingError('PeerGone', `cannot connect: ${error.message}`, { cause: error });
}

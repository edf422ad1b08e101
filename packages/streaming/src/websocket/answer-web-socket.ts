import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';

/** RFC 6455, section 1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The key of a request for a WebSocket (RFC 6455, section 4.2.1).
 *
 * @throws UpgradeRefused with status 400 or 405 when it is not a proper request. It has been answered.
 */
export function webSocketKey(request: IncomingMessage, socket: Duplex): string {
  const { 'sec-websocket-key': key, 'sec-websocket-version': version } = request.headers;
  if (request.method !== 'GET') {
    throw refuseUpgrade(socket, { status: 405, message: 'unable to upgrade: a WebSocket is asked for by GET' });
  }
  if (version !== '13') {
    const headers = new Map([['Sec-WebSocket-Version', ['13']]]);
    throw refuseUpgrade(socket, {
      status: 400,
      message: 'unable to upgrade: Sec-WebSocket-Version is not 13',
      headers,
    });
  }
  if (key === undefined || !/^[\d+/A-Za-z]{22}==$/.test(key)) {
    throw refuseUpgrade(socket, { status: 400, message: 'unable to upgrade: Sec-WebSocket-Key is missing or wrong' });
  }
  return key;
}

/** Tells a client that the connection is a WebSocket now. */
export function answerWebSocket(socket: Duplex, key: string, protocol: string): void {
  const accept = createHash('sha1').update(`${key}${acceptSuffix}`).digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\n' +
      'Upgrade: websocket\r\n' +
      'Connection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n` +
      `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
  );
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { headerList } from './request-headers.ts';

/**
 * The protocols that a client of SPDY/3.1 offers, the best one first.
 *
 * @throws UpgradeRefused with status 400 when it names none. It has been answered.
 */
export function offeredProtocols(request: IncomingMessage, socket: Duplex): readonly string[] {
  const offered = headerList(request, 'x-stream-protocol-version');
  if (offered.length === 0) {
    throw refuseUpgrade(socket, {
      status: 400,
      message: 'unable to upgrade: the header X-Stream-Protocol-Version names no protocol',
    });
  }
  return offered;
}

/** Tells a client that the connection is one of SPDY/3.1 now. */
export function answerSpdy(socket: Duplex, protocol: string): void {
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\n' +
      'Connection: Upgrade\r\n' +
      'Upgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
}

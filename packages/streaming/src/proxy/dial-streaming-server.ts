import type { Socket } from 'node:net';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { awaitDial } from '../upgrade/await-dial.ts';
import { readingSocket, type BytesReader } from './reading-socket.ts';
import { readResponseHead, type ResponseHead } from './response-head.ts';

/** A connection to a streaming server that has been upgraded to SPDY/3.1. Nothing is read from it before `readTo`. */
export interface StreamingServerConnection {
  readonly socket: Socket;
  /** The protocol that the server chose; empty when it named none. */
  readonly protocol: string;
  /** Hands over everything that the server says. */
  readTo(reader: BytesReader): void;
}

/**
 * Asks for an upgrade to SPDY/3.1. Redirects are not followed.
 *
 * @throws UpgradeRefused when the server answers anything but 101.
 * @throws StreamingError `PeerGone` when it cannot be reached, `CreationTimeout` when it does not answer, `ProtocolError` when it
 *   answers no HTTP.
 */
export async function dialStreamingServer(
  url: URL,
  protocols: readonly string[],
  settings: StreamingSettings,
): Promise<StreamingServerConnection> {
  const dialled = Promise.withResolvers<StreamingServerConnection>();
  let said: Buffer = Buffer.alloc(0);
  let read = (bytes: Buffer): boolean => {
    said = Buffer.concat([said, bytes]);
    try {
      const head = readResponseHead(said);
      if (head === undefined) return true;
      refuseUnlessUpgraded(head);
      const rest = said.subarray(head.end);
      const readTo = (reader: BytesReader): void => {
        read = reader;
        if (rest.length === 0 || reader(rest)) socket.resume();
      };
      dialled.resolve({ socket, protocol: head.headers.get('x-stream-protocol-version') ?? '', readTo });
    } catch (error) {
      dialled.reject(error);
      socket.destroy();
    }
    return false;
  };
  const socket = readingSocket(url, (bytes) => read(bytes));
  socket.setNoDelay(true);
  const lost = (error: unknown): void =>
    dialled.reject(new StreamingError('PeerGone', `cannot connect: ${asError(error).message}`, { cause: error }));
  socket.on('error', lost);
  socket.on('close', () => lost('the server closed the connection'));
  socket.write(requestFor(url, protocols));
  return awaitDial(dialled, settings, () => socket.destroy());
}

function requestFor(url: URL, protocols: readonly string[]): string {
  return [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    ...protocols.map((protocol) => `X-Stream-Protocol-Version: ${protocol}`),
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
}

function refuseUnlessUpgraded({ status, headers }: ResponseHead): void {
  const upgraded = headers.get('upgrade') ?? 'nothing';
  if (status !== 101) throw new UpgradeRefused(status, `the server answered ${status}`);
  if (upgraded.toLowerCase() !== 'spdy/3.1')
    throw new UpgradeRefused(status, `the server upgraded to ${upgraded} instead of SPDY/3.1`);
}

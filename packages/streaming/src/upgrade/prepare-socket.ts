import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StreamingError } from '../errors/streaming-error.ts';

/**
 * The HTTP server's own time limits are over; small frames are not to wait for more.
 *
 * @throws StreamingError when the client has gone already: its socket will not say so again.
 */
export function prepareSocket(socket: Duplex): void {
  if (socket.destroyed) {
    throw new StreamingError('PeerGone', 'the client has gone before its request was taken');
  }
  if (socket instanceof Socket) {
    socket.setTimeout(0);
    socket.setNoDelay(true);
  }
}

import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The HTTP server's own time limits are over; small frames are not to wait for more. */
export function prepareSocket(socket: Duplex): void {
  if (socket instanceof Socket) {
    socket.setTimeout(0);
    socket.setNoDelay(true);
  }
}

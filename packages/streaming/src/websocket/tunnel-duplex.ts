import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { protocolError } from '../errors/protocol-error.ts';

/** A peer that has not fetched so many bytes gets no answers to its pings: they would be held for it without bound. */
const unfetchedAnswerBytes = 64 * 1024;

export interface TunnelInit {
  /** Open, and paused so that no message is lost. */
  readonly webSocket: WebSocket;
  /** What the WebSocket runs on. */
  readonly socket: Duplex;
}

/**
 * The bytes in the binary messages of a WebSocket as one stream both ways; the borders of messages mean nothing
 * (KEP-4006). The stream owns the WebSocket.
 */
export function tunnelDuplex({ webSocket, socket }: TunnelInit): Duplex {
  const duplex = new Duplex({
    read: () => webSocket.resume(),
    write: (chunk: Buffer, _encoding, callback) => webSocket.send(chunk, { binary: true }, callback),
    writev: (chunks, callback) => {
      // One message, each chunk a frame of it, in one system call: nothing is copied to put them together.
      socket.cork();
      const last = chunks.length - 1;
      for (const [index, { chunk }] of chunks.entries())
        webSocket.send(chunk as Buffer, { binary: true, fin: index === last }, index === last ? callback : undefined);
      socket.uncork();
    },
    final: (callback) => {
      webSocket.close(1000);
      callback();
    },
    destroy: (error, callback) => {
      webSocket.terminate();
      callback(error);
    },
    allowHalfOpen: true,
  });
  webSocket.on('message', (message: Buffer, isBinary: boolean) => {
    if (!isBinary) {
      duplex.destroy(protocolError('a text message in a tunnel'));
    } else if (!duplex.push(message)) {
      webSocket.pause();
    }
  });
  webSocket.on('ping', (payload: Buffer) => {
    if (webSocket.bufferedAmount < unfetchedAnswerBytes) {
      webSocket.pong(payload);
    }
  });
  webSocket.on('error', (error) => duplex.destroy(error));
  webSocket.on('close', () => {
    duplex.push(null);
    webSocket.removeAllListeners('message');
  });
  return duplex;
}

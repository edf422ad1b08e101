import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { protocolError } from '../errors/protocol-error.ts';

/** A peer that has not fetched so many bytes gets no answers to its pings: they would be held for it without bound. */
const unfetchedAnswerBytes = 64 * 1024;

/**
 * The bytes in the binary messages of a WebSocket as one stream both ways; the borders of messages mean nothing
 * (KEP-4006). The stream owns the WebSocket.
 *
 * @param webSocket - open, and paused so that no message is lost.
 */
export function tunnelDuplex(webSocket: WebSocket): Duplex {
  const send = (bytes: Buffer, callback: (error?: Error | null) => void): void =>
    webSocket.send(bytes, { binary: true }, callback);
  const duplex = new Duplex({
    read: () => webSocket.resume(),
    write: (chunk: Buffer, _encoding, callback) => send(chunk, callback),
    writev: (chunks, callback) => send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), callback),
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

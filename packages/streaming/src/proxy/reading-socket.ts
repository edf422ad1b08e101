import { connect as connectPlain, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';

/** What a connection reads into until it has more to say, and from then on. */
const fewBytes = 4 * 1024;
const manyBytes = 256 * 1024;

/** Told of bytes as they come. Where it is false nothing more is read until the socket is resumed; what was given is overwritten then. */
export type BytesReader = (bytes: Buffer) => boolean;

/**
 * Connects, and reads into one buffer again and again. As Node.js streams have it each piece is a buffer of its own: memory
 * outside of V8's heap, and for each 64 MB of it V8 looks through all that is in the heap, which is half of what a stream costs.
 */
export function readingSocket(url: URL, read: BytesReader): Socket {
  let buffer = Buffer.allocUnsafeSlow(fewBytes);
  const onread: OnReadOpts = {
    buffer: () => buffer,
    callback: (length, filled) => {
      if (length === filled.length && length < manyBytes) buffer = Buffer.allocUnsafeSlow(manyBytes);
      return read(Buffer.from(filled.buffer, filled.byteOffset, length));
    },
  };
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const options = { host, port, servername: host, onread };
  return secure ? connectSecure(options) : connectPlain(options);
}

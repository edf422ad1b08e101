import type { Duplex } from 'node:stream';
import { asError } from '../errors/streaming-error.ts';
import type { ByteDuplex } from './byte-duplex.ts';

/**
 * Copies bytes both ways between web streams and a Node.js stream, such as a socket, with backpressure on both sides.
 * Each end is passed on by itself, as TCP does. Resolves when the Node.js stream is closed and all it said was handed
 * over; it is destroyed when the web streams fail or `signal` is aborted.
 *
 * @throws the error of whichever side failed.
 */
export async function joinDuplex(web: ByteDuplex, duplex: Duplex, signal: AbortSignal): Promise<void> {
  const onAbort = (): void => void duplex.destroy(asError(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  const closed = new Promise<void>((resolve, reject) => {
    duplex.on('error', reject);
    duplex.on('close', resolve);
  });
  const reader = web.readable.getReader();
  try {
    if (signal.aborted) {
      onAbort();
    }
    await Promise.all([copyOut(duplex, web.writable), closed, copyIn(reader, duplex)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await reader.cancel().catch(() => undefined);
    duplex.destroy();
  }
}

/** From the web stream to the Node.js stream. Failures destroy the latter, which is where they are reported. */
async function copyIn(reader: ReadableStreamDefaultReader<Uint8Array>, duplex: Duplex): Promise<void> {
  let proceed: (() => void) | undefined;
  duplex.on('drain', () => proceed?.());
  duplex.on('close', () => {
    proceed?.();
    void reader.cancel().catch(() => undefined);
  });
  try {
    for (let next = await reader.read(); !next.done && !duplex.destroyed; next = await reader.read()) {
      if (!duplex.write(next.value)) {
        await new Promise<void>((resolve) => {
          proceed = resolve;
        });
      }
    }
    duplex.end();
  } catch (error) {
    duplex.destroy(asError(error));
  }
}

/** From the Node.js stream to the web stream. */
async function copyOut(duplex: Duplex, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  const said = Promise.withResolvers<void>();
  duplex.on('data', (chunk: Buffer) => {
    writer.write(chunk).catch(said.reject);
    if ((writer.desiredSize ?? 0) <= 0) {
      duplex.pause();
      writer.ready.then(() => duplex.resume(), said.reject);
    }
  });
  duplex.on('end', said.resolve);
  duplex.on('close', said.resolve);
  try {
    await said.promise;
    await writer.close();
  } catch (error) {
    duplex.destroy(asError(error));
    throw error;
  } finally {
    writer.releaseLock();
  }
}

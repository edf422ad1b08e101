import { abortable } from './abortable.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** A stream's end as a program uses it, until it is given back. */
export interface Borrowed<End> {
  readonly end: End;
  /** Lets go of the stream, which is left open. */
  release(): void;
}

/** Reads from a stream. A read that was given up is there for the next one. */
export function borrowReader(stream: ReadableStream<Uint8Array>): Borrowed<ByteReader> {
  const reader = stream.getReader();
  let pending: Promise<{ readonly value?: Uint8Array | undefined }> | undefined;
  return {
    end: new ByteReader(async (signal) => {
      pending ??= reader.read();
      const { value } = await abortable(pending, signal);
      pending = undefined;
      return value;
    }),
    // A read that still waits is rejected by this, and was given up before.
    release: () => reader.releaseLock(),
  };
}

/** Writes to a stream, one chunk at a time: no more is held than what is under way. */
export function borrowWriter(stream: WritableStream<Uint8Array>): Borrowed<ByteWriter> {
  const writer = stream.getWriter();
  writer.closed.catch(() => undefined);
  return {
    end: { write: (bytes) => writer.write(bytes) },
    release: () => writer.releaseLock(),
  };
}

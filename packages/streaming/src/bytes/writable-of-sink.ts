import { asError } from '../errors/streaming-error.ts';
import type { ByteSink } from './byte-sink.ts';

/** The sink as a web stream: a write settles when more may be sent, closing it ends the sink. */
export function writableOfSink(sink: ByteSink): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => sink.write(chunk),
    close: () => sink.end(),
    abort: (reason) => sink.abort(asError(reason)),
  });
}

import { StreamingError } from './streaming-error.ts';

/** The error of a peer that broke the protocol or one of our bounds. */
export function protocolError(message: string, options?: ErrorOptions): StreamingError {
  return new StreamingError('ProtocolError', message, options);
}

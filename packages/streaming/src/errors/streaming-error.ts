/**
 * Why a stream, a session or a connection ended before its time.
 *
 * - `PeerGone`: the other side closed the connection, or the network did.
 * - `ProtocolError`: the other side sent what the protocol or our bounds do not allow.
 * - `IdleTimeout`: nothing was sent either way for longer than allowed.
 * - `CreationTimeout`: the streams of the session were not opened, or not answered, in time.
 * - `StreamReset`: one stream was reset; the connection goes on.
 * - `Closed`: this side ended it.
 */
export type StreamingErrorCode =
  | 'PeerGone'
  | 'ProtocolError'
  | 'IdleTimeout'
  | 'CreationTimeout'
  | 'StreamReset'
  | 'Closed';

/** The reason with which signals are aborted and streams fail in this package. */
export class StreamingError extends Error {
  override readonly name = 'StreamingError';
  readonly code: StreamingErrorCode;

  constructor(code: StreamingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What an abort reason or a thrown value is, as an Error. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new StreamingError('Closed', String(reason), { cause: reason });
}

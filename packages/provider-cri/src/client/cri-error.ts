/** The runtime, or the way to it, answered a call with an error. The message is the runtime's own words. */
export class CriError extends Error {
  override readonly name = 'CriError';
  readonly code = 'CriError';
  /** The gRPC status by name, for example `UNKNOWN`. containerd says `UNKNOWN` for most things. */
  readonly grpcStatus: string;

  constructor(grpcStatus: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.grpcStatus = grpcStatus;
  }
}

/** The connection was lost, or the runtime had no room, before the call was looked at: it can be made again (RFC 9113, section 8.7). */
export class CallNotTakenError extends CriError {
  constructor(message: string, options?: ErrorOptions) {
    super('UNAVAILABLE', message, options);
  }
}

export function isUnimplemented(error: unknown): boolean {
  return error instanceof CriError && error.grpcStatus === 'UNIMPLEMENTED';
}

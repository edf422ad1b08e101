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

export function isUnimplemented(error: unknown): boolean {
  return error instanceof CriError && error.grpcStatus === 'UNIMPLEMENTED';
}

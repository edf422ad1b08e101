/**
 * An upgrade did not happen. On the server the refusal has already been answered and the socket is being closed; on
 * the client it is what the server answered.
 */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly code = 'UpgradeRefused';
  /** The HTTP status of the answer. */
  readonly httpStatus: number;

  constructor(httpStatus: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.httpStatus = httpStatus;
  }
}

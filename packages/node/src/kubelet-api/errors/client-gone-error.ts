/** The reason of a provider call's signal when nobody waits for the answer any more. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
  readonly code = 'ClientGone';

  constructor() {
    super('the client has gone away');
  }
}

/** The development cluster listens on loopback addresses only. */
export class NotLoopbackError extends Error {
  readonly code = 'NotLoopback';

  constructor(host: string) {
    super(`the development cluster listens on a loopback address only, not on ${JSON.stringify(host)}`);
    this.name = 'NotLoopbackError';
  }
}

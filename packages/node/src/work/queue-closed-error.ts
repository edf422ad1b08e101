/** Thrown to whoever waits for work on a queue that was closed. */
export class QueueClosedError extends Error {
  override readonly name = 'QueueClosedError';
  readonly code = 'QueueClosed';

  constructor() {
    super('the work queue is closed');
  }
}

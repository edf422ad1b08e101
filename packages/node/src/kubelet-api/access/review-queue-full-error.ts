/** So many reviews wait for the API server that no more are taken: somebody floods the port. */
export class ReviewQueueFullError extends Error {
  override readonly name = 'ReviewQueueFullError';
  readonly code = 'ReviewQueueFull';

  constructor() {
    super('too many reviews wait for the API server');
  }
}

/** A session of exec, attach or port-forward has failed in the runtime. The message is the runtime's own words. */
export class StreamFailedError extends Error {
  override readonly name = 'StreamFailedError';
  readonly code = 'StreamFailed';
}

/** How to reach and to convince the API server could not be worked out. The message says where and what; it holds no secret. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
  readonly code = 'KubeConfig';

  /** What the cause says is added to the message. */
  constructor(message: string, cause?: unknown) {
    super(cause instanceof Error ? `${message}: ${cause.message}` : message, cause === undefined ? {} : { cause });
  }
}

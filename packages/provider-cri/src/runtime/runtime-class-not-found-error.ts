/** The RuntimeClass that a pod names does not exist, or not yet. In the kubelet's words. */
export class RuntimeClassNotFoundError extends Error {
  override readonly name = 'RuntimeClassNotFoundError';
  readonly code = 'RuntimeClassNotFound';

  constructor(runtimeClass: string) {
    super(`failed to get runtime class: RuntimeClass "${runtimeClass}" not found`);
  }
}

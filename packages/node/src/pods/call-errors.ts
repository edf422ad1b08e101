/** The provider did not answer in time; its signal was aborted with this. The outcome is unknown until somebody looks. */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError';
  readonly code = 'CallTimeout';

  constructor(method: string, milliseconds: number, options?: ErrorOptions) {
    super(`the provider did not answer ${method} within ${milliseconds / 1000} s`, options);
  }
}

/** The provider ignored its aborted signal, and the core no longer waits for it. */
export class CallAbandonedError extends Error {
  override readonly name = 'CallAbandonedError';
  readonly code = 'CallAbandoned';

  constructor(method: string, options?: ErrorOptions) {
    super(`the provider did not end ${method} after it was told to stop`, options);
  }
}

/** The reason of a create's signal when the pod is being deleted. */
export class PodDeletedError extends Error {
  override readonly name = 'PodDeletedError';
  readonly code = 'PodDeleted';

  constructor() {
    super('the pod is being deleted');
  }
}

/** The reason of a subscription's signal when it is over and will be renewed. */
export class SubscriptionEndedError extends Error {
  override readonly name = 'SubscriptionEndedError';
  readonly code = 'SubscriptionEnded';

  constructor() {
    super('the subscription has ended');
  }
}

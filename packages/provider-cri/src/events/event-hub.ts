import { runtimeService, type CriClient } from '../client/cri-client.ts';
import { GetEventsRequest } from '../generated/api.ts';
import type { ContainerEventResponse } from '../generated/api.ts';

type Listener = (event: ContainerEventResponse) => void;

interface Subscription {
  readonly listeners: Set<Listener>;
  readonly life: AbortController;
  readonly ended: Promise<void>;
}

/**
 * The events of a runtime, for all nodes on it. containerd 1.7 gives each event to one subscriber only, so that there must be
 * no second one.
 */
export class EventHub {
  readonly #client: CriClient;
  #subscription: Subscription | undefined;

  constructor(client: CriClient) {
    this.#client = client;
  }

  /** Settles when the events end or the signal is aborted; rejects with why they ended. */
  async follow(listener: Listener, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const subscription = (this.#subscription ??= this.#subscribe());
    subscription.listeners.add(listener);
    const left = Promise.withResolvers<void>();
    const onAbort = (): void => left.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([subscription.ended, left.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      subscription.listeners.delete(listener);
      if (subscription.listeners.size === 0) this.#end(subscription);
    }
  }

  #subscribe(): Subscription {
    const listeners = new Set<Listener>();
    const life = new AbortController();
    const stream = this.#client.runtime.stream(
      runtimeService.getContainerEvents,
      GetEventsRequest.fromPartial({}),
      life.signal,
      (event) => {
        for (const listener of listeners) listener(event);
      },
    );
    const subscription = { listeners, life, ended: stream };
    // Each follower gets the error; that nobody waits any more is none.
    stream.catch(() => undefined);
    const forget = (): void => {
      if (this.#subscription === subscription) this.#subscription = undefined;
    };
    stream.then(forget, forget);
    return subscription;
  }

  #end(subscription: Subscription): void {
    if (this.#subscription === subscription) this.#subscription = undefined;
    subscription.life.abort(new Error('nobody follows the events'));
  }
}

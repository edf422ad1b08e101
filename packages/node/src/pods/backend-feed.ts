import type { BackendPod, GonePod } from '../provider/backend-pod.ts';
import type { Capabilities } from '../provider/capabilities.ts';
import type { Logger } from '../provider/logger.ts';
import { formatPodRef } from '../provider/pod-ref.ts';
import type { Provider } from '../provider/provider.ts';
import { Backoff, type BackoffOptions } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import { SubscriptionEndedError } from './call-errors.ts';
import type { ProviderCalls } from './provider-calls.ts';

export interface BackendFeedHandlers {
  /** The number of the moment: what is read from now on is newer than all that was told before. */
  nextSequence(): number;
  /** One pod changed. */
  onPod(pod: BackendPod | GonePod): void;
  /** Everything that the backend has, as of `sequence`. Resolves when all of it has been taken in. */
  onListing(pods: readonly BackendPod[], sequence: number): Promise<void>;
}

export interface BackendFeedOptions {
  readonly provider: Provider;
  readonly capabilities: Capabilities;
  readonly calls: ProviderCalls;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handlers: BackendFeedHandlers;
  /** How often a provider that does not notify is asked for everything. */
  readonly pollMilliseconds: number;
  /** How often one that notifies is asked all the same: a lost notification is not lost for ever. */
  readonly relistMilliseconds: number;
  readonly retry: BackoffOptions;
  readonly random?: () => number;
}

/** Brings what the backend says up to the core: one way, whether the provider notifies or has to be polled. */
export class BackendFeed {
  readonly #options: BackendFeedOptions;
  readonly #listed = Promise.withResolvers<void>();

  constructor(options: BackendFeedOptions) {
    this.#options = options;
  }

  /** Resolves after the first complete listing. */
  get listed(): Promise<void> {
    return this.#listed.promise;
  }

  /** Subscribes and lists until `signal` is aborted; whatever fails is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, retry, random } = this.#options;
    const backoff = new Backoff(retry, clock, random);
    while (!signal.aborted) {
      try {
        await this.#listAndFollow(signal, backoff);
      } catch (error) {
        if (signal.aborted) return;
        const delay = this.#reportFailure(error, backoff);
        await clock.sleep(delay, signal).catch(ignoreAbort(signal));
      }
    }
  }

  async #listAndFollow(signal: AbortSignal, backoff: Backoff): Promise<void> {
    if (!this.#options.capabilities.notifyPods) {
      for (;;) {
        await this.#list(signal);
        await this.#options.clock.sleep(this.#options.pollMilliseconds, signal);
      }
    }
    await this.#follow(signal, backoff);
    await this.#options.clock.sleep(backoff.next(), signal);
  }

  /** One subscription, with listings beside it. It starts first: what changes during the first listing is not missed. */
  async #follow(signal: AbortSignal, backoff: Backoff): Promise<void> {
    const subscription = new AbortController();
    const stop = (): void => subscription.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      // The first of the two to end ends the other; all() hears of both failures, where race() would leave one unheard.
      await Promise.all([this.#subscribe(subscription), this.#listRepeatedly(subscription, backoff)]);
    } finally {
      signal.removeEventListener('abort', stop);
      subscription.abort(new SubscriptionEndedError());
    }
  }

  /** Settles with the subscription, and has the listing settle too. */
  async #subscribe(subscription: AbortController): Promise<void> {
    const { provider, calls } = this.#options;
    const onPod = (pod: BackendPod | GonePod): void => {
      // Of a provider that goes on after its subscription has ended nothing is heard twice.
      if (!subscription.signal.aborted) this.#deliver(pod);
    };
    try {
      await calls.subscribe({ method: 'notifyPods' }, subscription.signal, async (call) =>
        provider.notifyPods?.(onPod, call),
      );
    } finally {
      subscription.abort(new SubscriptionEndedError());
    }
  }

  /** A notification that cannot be taken in is the provider's mistake; it is reported and must not break its loop. */
  #deliver(pod: BackendPod | GonePod): void {
    try {
      this.#options.handlers.onPod(pod);
    } catch (error) {
      this.#options.log.error('A notification of the provider could not be taken in', { error });
    }
  }

  /** A listing that fails is tried again by itself: the subscription goes on and brings what changes. */
  async #listRepeatedly({ signal }: AbortController, backoff: Backoff): Promise<void> {
    const { clock, relistMilliseconds } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#list(signal);
        await clock.sleep(relistMilliseconds, signal);
      } catch (error) {
        if (signal.aborted) return;
        const delay = this.#reportFailure(error, backoff);
        await clock.sleep(delay, signal).catch(ignoreAbort(signal));
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { provider, calls, handlers } = this.#options;
    const sequence = handlers.nextSequence();
    const pods = await calls.run({ method: 'getPods' }, { signal }, (call) => provider.getPods(call));
    await handlers.onListing(await this.#withStatus(pods, signal), sequence);
    this.#listed.resolve();
  }

  /** Gives the milliseconds until the next try. */
  #reportFailure(error: unknown, backoff: Backoff): number {
    const delay = backoff.next();
    const retryInMilliseconds = Math.round(delay);
    this.#options.log.warn('The provider could not say which pods it runs', { error, retryInMilliseconds });
    return delay;
  }

  /** Some lists carry no status; it is then asked for, pod by pod. */
  async #withStatus(pods: readonly BackendPod[], signal: AbortSignal): Promise<readonly BackendPod[]> {
    if (this.#options.provider.getPodStatus === undefined) return pods;
    const complete: BackendPod[] = [];
    for (const pod of pods) complete.push(pod.status === undefined ? await this.#askStatus(pod, signal) : pod);
    return complete;
  }

  /** A pod whose status cannot be had now keeps what is known of it; the others go on. */
  async #askStatus(pod: BackendPod, signal: AbortSignal): Promise<BackendPod> {
    const { provider, calls, log } = this.#options;
    try {
      const status = await calls.run({ method: 'getPodStatus', ref: pod.ref }, { signal }, async (call) =>
        provider.getPodStatus?.(pod.ref, call),
      );
      return status === undefined ? pod : { ...pod, status };
    } catch (error) {
      signal.throwIfAborted();
      log.warn('The provider could not give the status of a pod', {
        pod: formatPodRef(pod.ref),
        uid: pod.ref.uid,
        error,
      });
      return pod;
    }
  }
}

/** Lets an aborted sleep end quietly; any other error is a defect and is thrown on. */
function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

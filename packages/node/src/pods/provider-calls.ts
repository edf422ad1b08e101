import type { CallContext } from '../provider/call-context.ts';
import type { Logger } from '../provider/logger.ts';
import { formatPodRef, type PodRef } from '../provider/pod-ref.ts';
import type { Provider } from '../provider/provider.ts';
import type { Clock } from '../work/clock.ts';
import { CallAbandonedError, CallTimeoutError } from './call-errors.ts';
import type { RunningCall } from './pod-record.ts';

/** One call into a provider, as seen by whoever watches all of them (metrics, traces, tests that cut the process there). */
export interface ProviderCall {
  readonly method: keyof Provider;
  readonly ref?: PodRef;
  /** True for a subscription: it has no answer that anybody waits for, and lasts until one of the two sides ends it. */
  readonly lasts?: boolean;
}

/**
 * Sees every call. It must call `proceed` exactly once, or throw, and gives back what it gave. A call that lasts is to be begun
 * at once: what is told before the subscription is there would be missed.
 */
export type ProviderCallObserver = <T>(call: ProviderCall, proceed: () => Promise<T>) => Promise<T>;

export interface ProviderCallsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a call may take before its signal is aborted. */
  readonly timeoutMilliseconds: number;
  /** How much longer a call is waited for that ignores its signal. Then its late answer is dropped. */
  readonly patienceMilliseconds: number;
  readonly observe?: ProviderCallObserver;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Told of the call while it runs, so that somebody else may abort it. */
  readonly track?: (call: RunningCall | undefined) => void;
}

/** The only way from the core into a provider: gives every call its context, its deadline and its end. */
export class ProviderCalls {
  readonly #options: ProviderCallsOptions;

  constructor(options: ProviderCallsOptions) {
    this.#options = options;
  }

  /**
   * Makes a call with a deadline.
   *
   * @throws CallTimeoutError when the provider gave up at the deadline, CallAbandonedError when it ignored it; else what the provider threw.
   */
  async run<T>(call: ProviderCall, options: CallOptions, invoke: (context: CallContext) => Promise<T>): Promise<T> {
    const { clock, timeoutMilliseconds } = this.#options;
    const controller = new AbortController();
    const abort = (reason: unknown): void => controller.abort(reason);
    const forward = (): void => abort(options.signal.reason);
    options.signal.throwIfAborted();
    options.signal.addEventListener('abort', forward, { once: true });
    const timer = clock.setTimer(
      () => abort(new CallTimeoutError(call.method, timeoutMilliseconds)),
      timeoutMilliseconds,
    );
    options.track?.({ method: call.method, abort });
    const logFor = (): Logger => this.#logFor(call);
    let log: Logger | undefined;
    const context: CallContext = {
      signal: controller.signal,
      deadline: clock.now() + timeoutMilliseconds,
      // Most calls log nothing.
      get log() {
        return (log ??= logFor());
      },
    };
    try {
      const proceed = (): Promise<T> => this.#untilAnswered(call, controller.signal, () => invoke(context));
      return await (this.#options.observe?.(call, proceed) ?? proceed());
    } finally {
      timer.cancel();
      options.signal.removeEventListener('abort', forward);
      options.track?.(undefined);
    }
  }

  /** Makes a call that lasts: without a deadline, until `signal` is aborted or the provider ends it. */
  async subscribe<T>(
    call: ProviderCall,
    signal: AbortSignal,
    invoke: (context: CallContext) => Promise<T>,
  ): Promise<T> {
    const proceed = async (): Promise<T> => invoke(this.subscription(call, signal));
    return this.#options.observe?.({ ...call, lasts: true }, proceed) ?? proceed();
  }

  /** The context of a subscription: no deadline; it lasts until `signal` is aborted. */
  subscription(call: ProviderCall, signal: AbortSignal): CallContext {
    return { signal, log: this.#logFor(call) };
  }

  #logFor(call: ProviderCall): Logger {
    return this.#options.log.with({
      method: call.method,
      ...(call.ref !== undefined && { pod: formatPodRef(call.ref), uid: call.ref.uid }),
    });
  }

  /** Settles with the call, or some time after its signal was aborted if the call does not. */
  #untilAnswered<T>(call: ProviderCall, signal: AbortSignal, invoke: () => Promise<T>): Promise<T> {
    const { clock, log, patienceMilliseconds } = this.#options;
    return new Promise<T>((resolve, reject) => {
      let abandoned = false;
      const abandon = (): void => {
        abandoned = true;
        reject(new CallAbandonedError(call.method, { cause: signal.reason }));
      };
      let patience = signal.aborted ? clock.setTimer(abandon, patienceMilliseconds) : undefined;
      const startPatience = (): void => {
        patience = clock.setTimer(abandon, patienceMilliseconds);
      };
      signal.addEventListener('abort', startPatience, { once: true });
      const settle = (finish: () => void): void => {
        patience?.cancel();
        signal.removeEventListener('abort', startPatience);
        if (abandoned) log.warn('A provider call that was given up has ended', { method: call.method });
        else finish();
      };
      // A provider may throw before it returns a promise.
      Promise.resolve()
        .then(() => {
          signal.throwIfAborted();
          return invoke();
        })
        .then(
          (value) => settle(() => resolve(value)),
          (error: unknown) => settle(() => reject(error)),
        );
    });
  }
}

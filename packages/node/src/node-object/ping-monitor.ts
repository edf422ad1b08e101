import type { Logger } from '../provider/logger.ts';
import type { CallContext } from '../provider/call-context.ts';
import type { Clock } from '../work/clock.ts';

/** What the last ping said. */
export type PingResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface PingMonitorOptions {
  /** Undefined for a provider without `ping`: the node is then ready while the process lives. */
  readonly ping: ((context: CallContext) => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervalMilliseconds: number;
  readonly timeoutMilliseconds: number;
  readonly onChange: () => void;
}

/** Asks the provider every so often whether its backend answers. One ping at a time: one that hangs counts as failed until it ends. */
export class PingMonitor {
  readonly #options: PingMonitorOptions;
  readonly #first = Promise.withResolvers<void>();
  #result: PingResult = { ok: false, message: 'the provider has not answered a ping yet' };

  constructor(options: PingMonitorOptions) {
    this.#options = options;
    if (options.ping === undefined) {
      this.#result = { ok: true };
      this.#first.resolve();
    }
  }

  get result(): PingResult {
    return this.#result;
  }

  /** Resolves after the first answer, whatever it was. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, intervalMilliseconds, ping } = this.#options;
    if (ping === undefined) return;
    while (!signal.aborted) {
      await this.#pingOnce(ping, signal);
      await clock.sleep(intervalMilliseconds, signal);
    }
  }

  /** Waits for the ping itself, not only for its timeout, so that a second one never begins beside it. */
  async #pingOnce(ping: (context: CallContext) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, log, timeoutMilliseconds } = this.#options;
    const call = new AbortController();
    const stopped = Promise.withResolvers<void>();
    const stop = (): void => {
      call.abort(signal.reason);
      stopped.resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    const timer = clock.setTimer(() => {
      const message = `the provider did not answer a ping within ${timeoutMilliseconds / 1000} s`;
      this.#set({ ok: false, message });
      call.abort(new Error(message));
    }, timeoutMilliseconds);
    try {
      const answer = ping({
        signal: call.signal,
        deadline: clock.now() + timeoutMilliseconds,
        log: log.with({ method: 'ping' }),
      });
      await Promise.race([answer, stopped.promise]);
      if (!call.signal.aborted) this.#set({ ok: true });
    } catch (error) {
      if (!call.signal.aborted)
        this.#set({ ok: false, message: error instanceof Error ? error.message : String(error) });
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', stop);
    }
  }

  #set(result: PingResult): void {
    const before = this.#result;
    this.#result = result;
    this.#first.resolve();
    if (before.ok === result.ok && (before.ok || (!result.ok && before.message === result.message))) return;
    if (!result.ok) this.#options.log.warn('The provider does not answer', { reason: result.message });
    this.#options.onChange();
  }
}

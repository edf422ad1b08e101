import { NodeStoppingError } from '../errors/node-stopping-error.ts';
import { Exchange } from './exchange.ts';

/** What is being answered at the moment. */
export class OpenExchanges {
  readonly #open = new Map<Exchange, Promise<void>>();
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Runs one exchange. `serve` answers whatever goes wrong; what it rejects with all the same is given to `onDefect`. */
  begin(serve: (exchange: Exchange) => Promise<void>, onDefect: (error: unknown) => void): void {
    const exchange = new Exchange();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open.set(exchange, promise);
    void serve(exchange)
      .catch(onDefect)
      .finally(() => {
        this.#open.delete(exchange);
        resolve();
      });
  }

  /** Tells everything open that the node stops, and waits for its end; cuts off what is left when `force` is aborted. */
  async drain(force: AbortSignal): Promise<void> {
    this.#stopping = true;
    const reason = new NodeStoppingError();
    for (const exchange of this.#open.keys()) exchange.stop(reason);
    const cutOff = (): void => {
      for (const exchange of this.#open.keys()) exchange.cutOff(reason);
    };
    force.addEventListener('abort', cutOff, { once: true });
    if (force.aborted) cutOff();
    try {
      while (this.#open.size > 0) await Promise.all(this.#open.values());
    } finally {
      force.removeEventListener('abort', cutOff);
    }
  }
}

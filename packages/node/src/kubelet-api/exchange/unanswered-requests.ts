import type { ServerResponse } from 'node:http';

/** Knows on which connections an answer is still to come. Node.js takes the next request of a connection before it has answered the one before. */
export class UnansweredRequests {
  readonly #counts = new WeakMap<object, number>();

  add(connection: object, response: ServerResponse): void {
    this.#change(connection, 1);
    response.once('close', () => this.#change(connection, -1));
  }

  on(connection: object): boolean {
    return (this.#counts.get(connection) ?? 0) > 0;
  }

  #change(connection: object, by: number): void {
    this.#counts.set(connection, (this.#counts.get(connection) ?? 0) + by);
  }
}

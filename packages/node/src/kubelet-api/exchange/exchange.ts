/** One request from its first byte to the end of its answer, or of the stream that it began. */
export class Exchange {
  readonly #controller = new AbortController();
  readonly #cut = new AbortController();
  readonly #stopping = new AbortController();

  /** Aborted with the reason when the answer is no longer wanted: the client has gone, or the process must end now. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborted when the node begins to stop; after `signal` where that has been aborted before. What has no end by itself ends then. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Aborted when what is still open is cut off. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  end(reason: Error): void {
    this.#controller.abort(reason);
  }

  stop(reason: Error): void {
    this.#stopping.abort(reason);
  }

  cutOff(reason: Error): void {
    this.#stopping.abort(reason);
    this.#controller.abort(reason);
    this.#cut.abort(reason);
  }
}

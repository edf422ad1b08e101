import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

export interface ResponseHead {
  status: number;
  headers: OutgoingHttpHeaders;
}

/** An answer that goes to a reader in the same process instead of a socket. What was not read yet waits in memory. */
export class InProcessResponse extends ServerResponse {
  /** Resolves when the answer begins; rejects when it is broken off before. */
  readonly head: Promise<ResponseHead>;
  readonly #begun = Promise.withResolvers<ResponseHead>();
  readonly #chunks: Buffer[] = [];
  #state: 'waiting' | 'begun' | 'ended' | 'broken' = 'waiting';
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(request: IncomingMessage) {
    super(request);
    this.head = this.#begun.promise;
    this.head.catch(() => undefined);
  }

  override flushHeaders(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'begun';
    // Marks the headers as sent; without a socket they go nowhere.
    super.writeHead(this.statusCode);
    this.#begun.resolve({ status: this.statusCode, headers: this.getHeaders() });
  }

  override write(chunk: string | Uint8Array): boolean {
    this.flushHeaders();
    this.#chunks.push(Buffer.from(chunk));
    this.#wake();
    return true;
  }

  override end(chunk?: unknown): this {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) this.write(chunk);
    this.flushHeaders();
    this.#settle('ended');
    return this;
  }

  override destroy(error?: Error): this {
    this.#failure = error ?? new Error('the server broke the connection');
    this.#begun.reject(this.#failure);
    this.#settle('broken');
    return super.destroy();
  }

  /** The bytes of the answer as they come. Throws when it is broken off. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#state === 'ended') return;
        else if (this.#state === 'broken') throw this.#failure ?? new Error('the server broke the connection');
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#settle('ended');
    }
  }

  /** `close` is what the handlers wait for to let go of the request, as with a real connection. */
  #settle(state: 'ended' | 'broken'): void {
    if (this.#state === 'ended' || this.#state === 'broken') return;
    this.#state = state;
    this.#wake();
    this.emit('close');
  }
}

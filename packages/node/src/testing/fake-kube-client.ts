import type { KubeClient, KubeRequest } from '../kube/client.ts';

/** A watch that a test writes: see {@link FakeKubeClient}. */
export class FakeStream {
  #chunks: Uint8Array[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** True as soon as the reader is gone. */
  isClosed = false;

  /** Sends a watch event as a line. */
  send(type: string, object: unknown): void {
    this.sendText(`${JSON.stringify({ type, object })}\n`);
  }

  /** Sends several events in one chunk. */
  sendAll(...events: readonly (readonly [type: string, object: unknown])[]): void {
    this.sendText(events.map(([type, object]) => `${JSON.stringify({ type, object })}\n`).join(''));
  }

  sendText(text: string): void {
    this.#chunks.push(Buffer.from(text));
    this.#wake();
  }

  /** Ends it the orderly way. */
  end(): void {
    this.#end = {};
    this.#wake();
  }

  fail(error: unknown): void {
    this.#end = { error };
    this.#wake();
  }

  /** For the client: what the reader gets. */
  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const onAbort = (): void => this.fail(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        else if ('error' in this.#end) throw this.#end.error;
        else return;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.isClosed = true;
    }
  }
}

/** Gives the JSON of an answer, or a {@link FakeStream} for a watch, or throws. */
export type FakeAnswer = (request: KubeRequest) => unknown;

/** A client without an API server: answers come from a function, in memory, so that a fake clock is all the time there is. */
export class FakeKubeClient implements KubeClient {
  /** What was asked, in order. */
  readonly requests: KubeRequest[] = [];
  answer: FakeAnswer;

  constructor(answer: FakeAnswer) {
    this.answer = answer;
  }

  async request<T>(request: KubeRequest): Promise<T> {
    this.requests.push(request);
    request.signal.throwIfAborted();
    return structuredClone(await this.answer(request)) as T;
  }

  async stream(request: KubeRequest): Promise<AsyncIterable<Uint8Array>> {
    this.requests.push(request);
    request.signal.throwIfAborted();
    const stream = await this.answer(request);
    if (!(stream instanceof FakeStream)) throw new Error('the answer to a watch must be a FakeStream');
    return stream.read(request.signal);
  }

  async close(): Promise<void> {
    // There is no connection to end.
  }
}

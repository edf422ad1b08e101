/**
 * What each queued chunk counts for beside its bytes: a slice of a socket's buffer costs about that much, so that a
 * flood of one-byte chunks is bounded too.
 */
const chunkOverhead = 128;

export interface ByteQueueOptions {
  /** The queue is full at this many bytes, and has space again at half of them. */
  readonly capacity: number;
  /** The sender has to stop. What is already on its way is still taken. */
  readonly onFull: () => void;
  /** The sender may go on. */
  readonly onSpace: () => void;
}

type Waiter = PromiseWithResolvers<Uint8Array | undefined>;

/**
 * Bytes that came in and wait to be read by one reader. It takes what it is given and asks the sender to stop when it
 * is full: bounded, if the sender does.
 */
export class ByteQueue {
  readonly #options: ByteQueueOptions;
  #chunks: Uint8Array[] = [];
  #head = 0;
  #bytes = 0;
  #full = false;
  #over = false;
  #discarding = false;
  #error: Error | undefined;
  #waiter: Waiter | undefined;
  readonly #ended = Promise.withResolvers<void>();

  constructor(options: ByteQueueOptions) {
    this.#options = options;
  }

  /** What is held, counted with an overhead for each chunk. */
  get bufferedBytes(): number {
    return this.#bytes;
  }

  /** True when nothing more comes; there may still be something to read. */
  get over(): boolean {
    return this.#over;
  }

  /** Settles when nothing more comes, for whichever reason. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  push(chunk: Uint8Array): void {
    if (this.#over || this.#discarding || chunk.length === 0) {
      return;
    }
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#waiter = undefined;
      waiter.resolve(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length + chunkOverhead;
    if (!this.#full && this.#bytes >= this.#options.capacity) {
      this.#full = true;
      this.#options.onFull();
    }
  }

  /** Nothing more comes. What is held can still be read, and no longer holds anybody up. */
  end(): void {
    if (!this.#over) {
      this.#over = true;
      this.#ended.resolve();
      this.#waiter?.resolve(undefined);
      this.#waiter = undefined;
      this.#released(0);
    }
  }

  /** Nothing more comes because of `error`: readers get what is held, then the error. */
  fail(error: Error): void {
    if (!this.#over) {
      this.#over = true;
      this.#ended.resolve();
      this.#error = error;
      this.#waiter?.reject(error);
      this.#waiter = undefined;
      this.#released(0);
    }
  }

  /** What is next, if it is there already. */
  take(): Uint8Array | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) {
      return undefined;
    }
    this.#head += 1;
    if (this.#head === this.#chunks.length || this.#head === 1024) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
    this.#released(chunk.length + chunkOverhead);
    return chunk;
  }

  /** Waits for what is next; `undefined` at the end. One call at a time. @throws the error that the queue failed with. */
  read(): Promise<Uint8Array | undefined> {
    const chunk = this.take();
    if (chunk !== undefined || (this.#over && this.#error === undefined) || this.#discarding) {
      return Promise.resolve(chunk);
    }
    if (this.#error !== undefined) {
      return Promise.reject(this.#error);
    }
    this.#waiter ??= Promise.withResolvers<Uint8Array | undefined>();
    return this.#waiter.promise;
  }

  /** Drops what is held and whatever still comes: nobody reads it, and it must not hold up the connection. */
  discard(): void {
    this.#discarding = true;
    this.#chunks = [];
    this.#head = 0;
    this.#waiter?.resolve(undefined);
    this.#waiter = undefined;
    this.#released(this.#bytes);
  }

  #released(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#full && (this.#over || this.#bytes <= this.#options.capacity / 2)) {
      this.#full = false;
      this.#options.onSpace();
    }
  }
}

import { ByteQueue } from '../bytes/byte-queue.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { StreamingError } from '../errors/streaming-error.ts';
import { resetStatus } from './frame-types.ts';
import type { ResetStatus } from './frame-types.ts';
import type { SpdyHeaders } from './header-block.ts';

/** What a stream needs of its connection. */
export interface StreamCarrier {
  readonly streamBufferBytes: number;
  /** Whether a reset is the end of what can be read, as Go's servers mean it when they close, or a failure. */
  readonly resetEnds: boolean;
  sendData(streamId: number, chunk: Uint8Array, fin: boolean): Promise<void> | undefined;
  sendReply(streamId: number, fin: boolean): void;
  sendReset(streamId: number, status: ResetStatus): void;
  full(streamId: number): void;
  space(streamId: number): void;
  forget(streamId: number): void;
}

export interface SpdyStreamInit {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly carrier: StreamCarrier;
  /** The other side sends nothing on it. */
  readonly remoteEnded: boolean;
  /** This side sends nothing on it. */
  readonly localEnded: boolean;
}

/** One stream of a connection: bytes both ways, each way ended by itself. */
export class SpdyStream implements ByteSink {
  readonly id: number;
  /** The headers with which it was opened. */
  readonly headers: SpdyHeaders;
  /** What the other side sent. */
  readonly inbound: ByteQueue;
  readonly #carrier: StreamCarrier;
  readonly #replied = Promise.withResolvers<void>();
  readonly #aborted = new AbortController();
  #localEnded: boolean;
  #answered = false;
  #failure: Error | undefined;

  constructor(init: SpdyStreamInit) {
    this.id = init.id;
    this.headers = init.headers;
    this.#carrier = init.carrier;
    this.#localEnded = init.localEnded;
    this.inbound = new ByteQueue({
      capacity: init.carrier.streamBufferBytes,
      onFull: () => init.carrier.full(init.id),
      onSpace: () => init.carrier.space(init.id),
    });
    if (init.remoteEnded) {
      this.inbound.end();
    }
    this.#replied.promise.catch(() => undefined);
  }

  /** Settles when the other side has answered the stream that this side opened; rejects when it was refused. */
  get replied(): Promise<void> {
    return this.#replied.promise;
  }

  /** Aborted when the stream was reset, or its connection is gone, before both sides had ended it. */
  get signal(): AbortSignal {
    return this.#aborted.signal;
  }

  /** Accepts a stream that the other side opened; before that nothing can be sent on it. */
  reply(options: { readonly fin?: boolean } = {}): void {
    if (!this.#answered && this.#failure === undefined) {
      this.#answered = true;
      this.#localEnded ||= options.fin === true;
      this.#carrier.sendReply(this.id, options.fin === true);
      this.#forgetWhenOver();
    }
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    if (this.#localEnded) {
      throw new StreamingError('Closed', 'the stream has been ended and takes no more bytes');
    }
    return chunk.length === 0 ? undefined : this.#carrier.sendData(this.id, chunk, false);
  }

  end(): void {
    if (!this.#localEnded && this.#failure === undefined) {
      this.#localEnded = true;
      void this.#carrier.sendData(this.id, new Uint8Array(0), true);
      this.#forgetWhenOver();
    }
  }

  abort(reason: Error): void {
    this.reset(resetStatus.cancel, reason);
  }

  /** Ends both ways at once. Who has said everything says no more: the other side may still be reading it. */
  reset(status: ResetStatus, reason: Error = new StreamingError('StreamReset', 'this side reset the stream')): void {
    if (this.#failure === undefined && !(this.#localEnded && this.inbound.over)) {
      if (!this.#localEnded) {
        this.#carrier.sendReset(this.id, status);
      }
      this.fail(reason);
    }
  }

  /** The connection hands in bytes that came. */
  receive(chunk: Uint8Array, fin: boolean): void {
    this.inbound.push(chunk);
    if (fin) {
      this.inbound.end();
      this.#forgetWhenOver();
    }
  }

  /** The connection hands in the answer to a stream that this side opened. */
  receiveReply(fin: boolean): void {
    this.#replied.resolve();
    if (fin) {
      this.receive(new Uint8Array(0), true);
    }
  }

  /**
   * The connection hands in a reset. When this side had said all it had to say, it means no more than that the other
   * one is content (kubectl ends each forwarded connection so): the end, not a failure.
   */
  receiveReset(status: number): void {
    if (this.#localEnded || this.#carrier.resetEnds) {
      this.inbound.end();
      this.#forgetWhenOver();
    }
    if (!this.#localEnded) {
      this.fail(new StreamingError('StreamReset', `the other side reset the stream (status ${status})`));
    }
  }

  /** Ends both ways with an error, without a word to the other side. */
  fail(reason: Error): void {
    if (this.#failure === undefined && !(this.#localEnded && this.inbound.over)) {
      this.#failure = reason;
      this.#replied.reject(reason);
      this.inbound.fail(reason);
      this.#carrier.forget(this.id);
      this.#aborted.abort(reason);
    }
  }

  #forgetWhenOver(): void {
    if (this.#localEnded && this.inbound.over) {
      this.#replied.resolve();
      this.#carrier.forget(this.id);
    }
  }
}

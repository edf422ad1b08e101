import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ByteQueue } from '../bytes/byte-queue.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { DuplexFlow } from '../bytes/duplex-flow.ts';
import { protocolError } from '../errors/protocol-error.ts';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { LifeSigns } from '../options/life-signs.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import type { ChannelCodec } from './channel-codec.ts';

/** The channel number of the message that closes another channel. */
const closeChannel = 255;

/** RFC 6455, section 7.4.1. */
const closeCode = { normal: 1000, protocolError: 1002 } as const;

export interface ChannelConnectionInit {
  /** Paused until the connection is set up. The connection owns it from now on. */
  readonly webSocket: WebSocket;
  /** What the WebSocket runs on. */
  readonly duplex: Duplex;
  readonly codec: ChannelCodec;
  /** Whether a channel can be closed by itself, as in v5. */
  readonly closesChannels: boolean;
  /** Channels from which this side reads; what comes on others is dropped. */
  readonly readable: readonly number[];
  /** A client takes the server's normal closure for the end of every channel; to a server it is a peer that went away. */
  readonly role: 'client' | 'server';
  readonly settings: StreamingSettings;
}

/** Channels in the messages of one WebSocket. */
export class ChannelConnection {
  readonly #webSocket: WebSocket;
  readonly #flow: DuplexFlow;
  readonly #codec: ChannelCodec;
  readonly #closesChannels: boolean;
  readonly #role: 'client' | 'server';
  readonly #settings: StreamingSettings;
  readonly #queues = new Map<number, ByteQueue>();
  readonly #over = new AbortController();
  readonly #gone = Promise.withResolvers<void>();
  readonly #lifeSigns: LifeSigns;
  #closing = false;

  constructor(init: ChannelConnectionInit) {
    const { webSocket, settings } = init;
    this.#webSocket = webSocket;
    this.#codec = init.codec;
    this.#closesChannels = init.closesChannels;
    this.#role = init.role;
    this.#settings = settings;
    this.#flow = new DuplexFlow({
      duplex: init.duplex,
      source: webSocket,
      onPaused: (paused) => this.#lifeSigns.reading(!paused),
    });
    for (const channel of init.readable) {
      const capacity = settings.limits.streamBufferBytes;
      const onFull = (): void => this.#flow.hold(channel);
      const onSpace = (): void => this.#flow.release(channel);
      this.#queues.set(channel, new ByteQueue({ capacity, onFull, onSpace }));
    }
    this.#lifeSigns = new LifeSigns({
      settings,
      ping: () => this.#ping(),
      onIdle: (reason) => this.destroy(reason),
    });
    this.#listen();
  }

  /** Aborted, with the reason, when the connection ended in another way than by `close`. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Settles when the connection is closed, in whichever way. */
  get closed(): Promise<void> {
    return this.#gone.promise;
  }

  /** What is held for this connection, in bytes: unread and unsent. */
  get bufferedBytes(): number {
    let bytes = this.#flow.bufferedBytes;
    for (const queue of this.#queues.values()) {
      bytes += queue.bufferedBytes;
    }
    return bytes;
  }

  /** What comes on one of the readable channels. */
  queue(channel: number): ByteQueue | undefined {
    return this.#queues.get(channel);
  }

  /** The same, for a channel that is known to be readable. */
  requireQueue(channel: number): ByteQueue {
    const queue = this.#queues.get(channel);
    if (queue === undefined) {
      throw new RangeError(`channel ${channel} is not read on this connection`);
    }
    return queue;
  }

  /** Where the bytes of a channel go. */
  sink(channel: number): ByteSink {
    let ended = false;
    const end = (): void => {
      if (!ended) {
        ended = true;
        // A server closes no channel: client-go reports such a message as one for an unknown stream.
        if (this.#closesChannels && this.#role === 'client') {
          void this.#send(Buffer.of(closeChannel, channel));
        }
      }
    };
    return {
      write: (chunk) => {
        if (this.#over.signal.aborted) {
          throw asError(this.#over.signal.reason);
        }
        if (ended || this.#closing) {
          throw new StreamingError('Closed', 'the channel has been closed and takes no more bytes');
        }
        return chunk.length === 0 ? undefined : this.#send(this.#codec.encode(channel, chunk));
      },
      end,
      abort: end,
    };
  }

  /** Sends a message without bytes, by which a server says that it is ready. */
  announce(channel: number): void {
    void this.#send(this.#codec.encode(channel, new Uint8Array(0)));
  }

  /**
   * Ends the connection after what was sent so far: once the system has taken it all, however long that takes, it waits
   * for the other side at most `timeouts.linger`. What still comes meanwhile is dropped.
   */
  async close(): Promise<void> {
    if (!this.#closing && !this.#over.signal.aborted) {
      this.#closing = true;
      this.#endQueues();
      await this.#flow.flushed();
      this.#finish(closeCode.normal);
    }
    await this.closed;
  }

  /** Ends the connection at once. */
  destroy(reason: Error): void {
    this.#fail(reason);
    this.#webSocket.terminate();
  }

  #listen(): void {
    const webSocket = this.#webSocket;
    const onAbort = (): void => this.destroy(asError(this.#settings.signal?.reason));
    webSocket.on('message', (message: Buffer) => this.#read(message));
    webSocket.on('ping', (payload: Buffer) => {
      this.#lifeSigns.mark();
      if (this.#flow.batch()) {
        webSocket.pong(payload);
        this.#flow.answered(payload.length + 2);
      }
    });
    webSocket.on('pong', () => this.#lifeSigns.mark());
    webSocket.on('error', (error: Error & { code?: string }) => {
      const broken = error.code?.startsWith('WS_ERR_') ?? false;
      this.#fail(new StreamingError(broken ? 'ProtocolError' : 'PeerGone', error.message, { cause: error }));
      this.#linger();
    });
    webSocket.on('close', (code: number) => {
      if (this.#role === 'client' && code === closeCode.normal) {
        this.#closing = true;
        this.#endQueues();
      }
      this.#fail(new StreamingError('PeerGone', `the other side closed the connection (code ${code})`));
      this.#settings.signal?.removeEventListener('abort', onAbort);
      this.#gone.resolve();
    });
    this.#settings.signal?.addEventListener('abort', onAbort, { once: true });
    if (this.#settings.signal?.aborted === true) {
      onAbort();
    } else {
      webSocket.resume();
    }
  }

  #read(message: Buffer): void {
    this.#lifeSigns.mark();
    if (this.#closing || message.length === 0) {
      return;
    }
    try {
      if (this.#closesChannels && message[0] === closeChannel) {
        this.#closeQueue(message);
      } else {
        const { channel, payload } = this.#codec.decode(message);
        this.#queues.get(channel)?.push(payload);
      }
    } catch (error) {
      this.#fail(asError(error));
      this.#finish(closeCode.protocolError);
    }
  }

  #closeQueue(message: Buffer): void {
    if (message.length !== 2) {
      throw protocolError('a message that closes a channel names one channel');
    }
    this.#queues.get(message.readUInt8(1))?.end();
  }

  #send(message: Buffer | string): Promise<void> | undefined {
    if (this.#flow.batch()) {
      this.#lifeSigns.mark();
      this.#webSocket.send(message);
    }
    return this.#flow.drained();
  }

  /** The last words, then the wait for the other side. */
  #finish(code: number): void {
    this.#lifeSigns.stop();
    this.#webSocket.close(code);
    this.#webSocket.resume();
    this.#linger();
  }

  #endQueues(): void {
    for (const queue of this.#queues.values()) {
      queue.end();
    }
  }

  #linger(): void {
    const { clock, timeouts } = this.#settings;
    const timer = clock.setTimer(() => this.#webSocket.terminate(), timeouts.linger);
    void this.closed.then(() => timer.cancel());
  }

  #fail(reason: Error): void {
    this.#lifeSigns.stop();
    this.#flow.fail(reason);
    if (!this.#closing) {
      this.#closing = true;
      this.#over.abort(reason);
      for (const queue of this.#queues.values()) {
        queue.fail(reason);
      }
    }
  }

  #ping(): void {
    if (this.#flow.batch()) {
      this.#webSocket.ping();
    }
  }
}

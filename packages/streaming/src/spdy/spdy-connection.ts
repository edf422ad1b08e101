import type { Duplex } from 'node:stream';
import { DuplexFlow } from '../bytes/duplex-flow.ts';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { LifeSigns } from '../options/life-signs.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { FrameReader } from './frame-reader.ts';
import { goAwayStatus, resetStatus } from './frame-types.ts';
import type { ControlFrame, GoAwayStatus, ResetStatus } from './frame-types.ts';
import { HeaderDeflater, HeaderInflater } from './header-compression.ts';
import type { SpdyHeaders } from './header-block.ts';
import { protocolError } from '../errors/protocol-error.ts';
import { SpdyStream } from './spdy-stream.ts';
import { dataFrames, goAwayFrame, pingFrame, rstStreamFrame, synReplyFrame, synStreamFrame } from './write-frames.ts';

export interface SpdyConnectionInit {
  /** An upgraded socket, or a tunnel. The connection owns it from now on. */
  readonly duplex: Duplex;
  /** What was read of it already. */
  readonly head?: Buffer;
  readonly role: 'client' | 'server';
  readonly settings: StreamingSettings;
  /** A stream that the other side opened: it is to be replied to or reset. Without it all are refused. */
  readonly onStream?: (stream: SpdyStream) => void;
}

/**
 * SPDY/3.1 as Kubernetes speaks it: no flow control, so no windows and no settings are sent and those received change
 * nothing. Who sends too much is stopped by TCP: the connection is not read from while a stream is full.
 */
export class SpdyConnection {
  readonly #duplex: Duplex;
  readonly #flow: DuplexFlow;
  readonly #settings: StreamingSettings;
  readonly #role: 'client' | 'server';
  readonly #onStream: ((stream: SpdyStream) => void) | undefined;
  readonly #reader: FrameReader;
  readonly #inflater: HeaderInflater;
  readonly #deflater = new HeaderDeflater();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #over = new AbortController();
  readonly #gone = Promise.withResolvers<void>();
  readonly #lifeSigns: LifeSigns;
  #nextStreamId: number;
  #lastRemoteStreamId = 0;
  #nextPingId: number;
  #closing = false;
  #remoteGoingAway = false;

  constructor(init: SpdyConnectionInit) {
    const { duplex, settings } = init;
    this.#duplex = duplex;
    this.#settings = settings;
    this.#role = init.role;
    this.#onStream = init.onStream;
    this.#nextStreamId = init.role === 'client' ? 1 : 2;
    this.#nextPingId = this.#nextStreamId;
    this.#inflater = new HeaderInflater(settings.limits);
    this.#reader = new FrameReader(settings.limits, {
      data: (streamId, chunk, fin) => this.#streams.get(streamId)?.receive(chunk, fin),
      control: (frame) => this.#control(frame),
    });
    this.#flow = new DuplexFlow({ duplex, source: duplex, onPaused: (paused) => this.#lifeSigns.reading(!paused) });
    this.#lifeSigns = new LifeSigns({
      settings,
      ping: () => this.ping(),
      onIdle: (reason) => this.destroy(reason),
    });
    this.#listen(init.head);
  }

  /** Aborted, with the reason, when the connection ended in another way than by `close`. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Settles when the connection is closed, in whichever way. */
  get closed(): Promise<void> {
    return this.#gone.promise;
  }

  /** Streams that are open. */
  get streamCount(): number {
    return this.#streams.size;
  }

  /** Everything that is held for this connection, in bytes: unread, unfinished and unsent. */
  get bufferedBytes(): number {
    let bytes = this.#reader.bufferedBytes + this.#flow.bufferedBytes;
    for (const stream of this.#streams.values()) {
      bytes += stream.inbound.bufferedBytes;
    }
    return bytes;
  }

  /**
   * Opens a stream; wait for its `replied` before sending on it.
   *
   * @throws StreamingError when the connection is closing or full.
   */
  openStream(headers: SpdyHeaders, options: { readonly fin?: boolean } = {}): SpdyStream {
    if (this.#over.signal.aborted) {
      throw asError(this.#over.signal.reason);
    }
    if (this.#closing || this.#remoteGoingAway) {
      throw new StreamingError('Closed', 'the connection is closing');
    }
    if (this.#streams.size >= this.#settings.limits.streams) {
      throw new StreamingError('Closed', `${this.#streams.size} streams are open already`);
    }
    const fin = options.fin === true;
    const stream = this.#addStream(this.#nextStreamId, headers, { localEnded: fin, remoteEnded: false });
    this.#nextStreamId += 2;
    this.#send(synStreamFrame(stream.id, this.#deflater.deflate(headers), fin));
    return stream;
  }

  /** Asks the other side for a sign of life; its answer is only seen as activity. */
  ping(): void {
    this.#send(pingFrame(this.#nextPingId));
    this.#nextPingId = (this.#nextPingId + 2) % 0x7f_ff_ff_fe;
  }

  /**
   * Ends the connection after what was sent so far: streams that are still open are reset, and once the system has
   * taken it all it waits for the other side to close, at most `timeouts.linger`. What still comes meanwhile is dropped: closing a socket with unread
   * bytes would make the system throw away what the other side has not fetched.
   */
  async close(): Promise<void> {
    if (!this.#closing && !this.#over.signal.aborted) {
      this.#closing = true;
      for (const stream of this.#streams.values()) {
        stream.reset(resetStatus.cancel, new StreamingError('Closed', 'the connection was closed'));
      }
      this.#finish(goAwayStatus.ok);
    }
    await this.closed;
  }

  /** Ends the connection at once. */
  destroy(reason: Error): void {
    if (!this.#over.signal.aborted && !this.#closing) {
      this.#closing = true;
      this.#fail(reason);
    }
    this.#duplex.destroy();
  }

  #listen(head: Buffer | undefined): void {
    const duplex = this.#duplex;
    duplex.on('data', (chunk: Buffer) => this.#read(chunk));
    duplex.on('end', () => this.#lost(new StreamingError('PeerGone', 'the other side closed the connection')));
    duplex.on('error', (error: Error) => this.#lost(new StreamingError('PeerGone', error.message, { cause: error })));
    duplex.on('close', () => {
      this.#lost(new StreamingError('PeerGone', 'the connection was closed'));
      this.#settings.signal?.removeEventListener('abort', onAbort);
      this.#gone.resolve();
    });
    const onAbort = (): void => this.destroy(asError(this.#settings.signal?.reason));
    this.#settings.signal?.addEventListener('abort', onAbort, { once: true });
    if (this.#settings.signal?.aborted === true) {
      onAbort();
    } else if (head !== undefined && head.length > 0) {
      this.#read(head);
    }
  }

  #read(chunk: Buffer): void {
    this.#lifeSigns.mark();
    if (this.#closing) {
      return;
    }
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#closing = true;
      this.#fail(asError(error));
      this.#finish(goAwayStatus.protocolError);
    }
  }

  /**
   * The last words, then the wait for the other side. Who was content is given all the time that it needs to fetch
   * them: somebody may be reading page by page. Who broke the protocol is not.
   */
  #finish(status: GoAwayStatus): void {
    const { clock, timeouts } = this.#settings;
    const linger = (): void => {
      const timer = clock.setTimer(() => this.#duplex.destroy(), timeouts.linger);
      void this.closed.then(() => timer.cancel());
    };
    this.#flow.write(goAwayFrame(this.#lastRemoteStreamId, status));
    this.#duplex.end();
    this.#duplex.resume();
    if (status === goAwayStatus.ok) {
      this.#duplex.once('finish', linger);
    } else {
      linger();
    }
  }

  #lost(reason: StreamingError): void {
    if (!this.#over.signal.aborted && !this.#closing) {
      this.#closing = true;
      this.#fail(reason);
    }
    this.#lifeSigns.stop();
    this.#flow.fail(reason);
    this.#duplex.destroy();
  }

  #fail(reason: Error): void {
    this.#lifeSigns.stop();
    this.#flow.fail(reason);
    this.#over.abort(reason);
    for (const stream of this.#streams.values()) {
      stream.fail(reason);
    }
  }

  #control(frame: ControlFrame): void {
    switch (frame.type) {
      case 'SYN_STREAM':
        this.#accept(frame.streamId, this.#inflater.inflate(frame.headerBlock), frame);
        break;
      case 'SYN_REPLY':
        this.#inflater.inflate(frame.headerBlock);
        this.#streams.get(frame.streamId)?.receiveReply(frame.fin);
        break;
      case 'HEADERS':
        this.#inflater.inflate(frame.headerBlock);
        this.#streams.get(frame.streamId)?.receive(new Uint8Array(0), frame.fin);
        break;
      case 'RST_STREAM':
        this.#streams.get(frame.streamId)?.receiveReset(frame.status);
        break;
      case 'PING':
        if (frame.id % 2 !== this.#nextPingId % 2) {
          this.#answer(pingFrame(frame.id));
        }
        break;
      case 'GOAWAY':
        this.#remoteGoingAway = true;
        break;
    }
  }

  #accept(id: number, headers: SpdyHeaders, frame: { readonly fin: boolean; readonly unidirectional: boolean }): void {
    const odd = id % 2 === 1;
    if (odd !== (this.#role === 'server') || id <= this.#lastRemoteStreamId) {
      throw protocolError(`stream ${id} cannot be opened by the other side now`);
    }
    this.#lastRemoteStreamId = id;
    if (this.#onStream === undefined || this.#streams.size >= this.#settings.limits.streams) {
      this.#answer(rstStreamFrame(id, resetStatus.refusedStream));
      return;
    }
    this.#onStream(this.#addStream(id, headers, { localEnded: frame.unidirectional, remoteEnded: frame.fin }));
  }

  #addStream(
    id: number,
    headers: SpdyHeaders,
    ended: { readonly localEnded: boolean; readonly remoteEnded: boolean },
  ): SpdyStream {
    const stream = new SpdyStream({
      id,
      headers,
      ...ended,
      carrier: {
        streamBufferBytes: this.#settings.limits.streamBufferBytes,
        resetEnds: this.#role === 'client',
        sendData: (streamId, chunk, fin) => this.#sendData(streamId, chunk, fin),
        sendReply: (streamId, fin) => this.#answer(synReplyFrame(streamId, this.#deflater.deflate(new Map()), fin)),
        sendReset: (streamId, status: ResetStatus) => this.#answer(rstStreamFrame(streamId, status)),
        full: (streamId) => this.#flow.hold(streamId),
        space: (streamId) => this.#flow.release(streamId),
        forget: (streamId) => this.#streams.delete(streamId),
      },
    });
    this.#streams.set(id, stream);
    return stream;
  }

  #sendData(streamId: number, chunk: Uint8Array, fin: boolean): Promise<void> | undefined {
    this.#send(...dataFrames(streamId, chunk, fin));
    return this.#flow.drained();
  }

  #send(...chunks: readonly Uint8Array[]): void {
    this.#lifeSigns.mark();
    this.#flow.write(...chunks);
  }

  /** Sends what the other side caused. */
  #answer(frame: Buffer): void {
    this.#send(frame);
    this.#flow.answered(frame.length);
  }
}

import type { Timer } from '../clock.ts';
import { protocolError } from '../errors/protocol-error.ts';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { encodeOutcome } from '../remote-command/command-outcome.ts';
import { commandChannel } from '../remote-command/protocols.ts';
import type { RemoteCommandStreams } from '../remote-command/remote-command-query.ts';
import { FrameReader } from '../spdy/frame-reader.ts';
import { goAwayStatus, resetStatus, type ControlFrame } from '../spdy/frame-types.ts';
import { HeaderDeflater } from '../spdy/header-compression.ts';
import {
  dataFrameBytes,
  dataFrameHeader,
  goAwayFrame,
  pingFrame,
  rstStreamFrame,
  synStreamFrame,
} from '../spdy/write-frames.ts';
import { closeCode } from '../websocket/frame-types.ts';
import { binaryFrameHead, closeFrame } from '../websocket/write-frames.ts';
import { JoinedWebSocket } from './joined-web-socket.ts';
import type { JoinedSides, Translate, Translation } from './translation.ts';

type StreamType = keyof typeof commandChannel;

/** Closes another channel, in v5. */
const closeChannel = 255;

export interface CommandTranslationOptions {
  readonly streams: RemoteCommandStreams;
  /** Whether the client can close a channel by itself, as in v5. */
  readonly closesChannels: boolean;
  readonly settings: StreamingSettings;
}

/**
 * A client with the channels of a remote command in its WebSocket (v4 or v5 of `channel.k8s.io`), and a server with a stream of SPDY for
 * each of them (v4). The bytes themselves are handed on as they come: only what is before them differs.
 */
export function commandTranslation(options: CommandTranslationOptions): Translate {
  return (sides) => new CommandTranslation(sides, options);
}

class CommandTranslation implements Translation {
  readonly #sides: JoinedSides;
  readonly #webSocket: JoinedWebSocket;
  readonly #spdy: FrameReader;
  readonly #closesChannels: boolean;
  readonly #opened = Promise.withResolvers<void>();
  readonly #openTimer: Timer;
  /** Streams that the server has not accepted yet. */
  readonly #unanswered = new Set<number>();
  /** Streams by the channel that the client writes to, and channels by the stream that the server writes to, as long as they are open. */
  readonly #inputs = new Map<number, number>();
  readonly #outputs = new Map<number, number>();
  #outcomeTold = false;
  #over = false;
  /** The channel of the client's message, once its first byte has come. */
  #channel: number | undefined;
  #channelToClose: number | undefined;
  /** What is to come of the client's frame, and of the DATA frame that was begun for it. */
  #frameBytes = 0;
  #dataBytes = 0;
  /** Frames that wait for the end of that DATA frame. */
  #waiting: Uint8Array[] = [];

  constructor(sides: JoinedSides, { streams, closesChannels, settings }: CommandTranslationOptions) {
    this.#sides = sides;
    this.#closesChannels = closesChannels;
    this.#webSocket = new JoinedWebSocket({
      sides,
      settings,
      handler: {
        message: () => {
          this.#channel = undefined;
          this.#channelToClose = undefined;
        },
        frame: (payloadBytes) => {
          this.#frameBytes = payloadBytes;
        },
        data: (bytes) => this.#data(bytes),
      },
      onClose: () => this.#clientLeft(),
    });
    this.#spdy = new FrameReader(settings.limits, {
      data: (streamId, bytes, fin) => this.#output(streamId, bytes, fin),
      control: (frame) => this.#control(frame),
    });
    this.#openTimer = settings.clock.setTimer(
      () => this.#fail(new StreamingError('CreationTimeout', 'the server did not accept its streams in time')),
      settings.timeouts.creation,
    );
    this.#open(streams);
  }

  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  fromClient(bytes: Buffer): void {
    this.#webSocket.read(bytes);
  }

  fromServer(bytes: Buffer): void {
    try {
      this.#spdy.push(bytes);
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  clientEnded(): void {
    this.#webSocket.ended();
  }

  serverEnded(): void {
    if (this.#outcomeTold) this.#finish();
    else this.broken(new StreamingError('PeerGone', 'the server ended the connection without an outcome'));
  }

  broken(reason: Error): void {
    if (!this.#over) this.#fail(reason);
  }

  ping(): void {
    this.#webSocket.ping();
  }

  stop(): void {
    this.#openTimer.cancel();
  }

  /** In client-go's order, and all at once: the server begins with the last of them. */
  #open({ stdin, stdout, stderr, tty }: RemoteCommandStreams): void {
    const deflater = new HeaderDeflater();
    const asked: Readonly<Record<StreamType, boolean>> = { error: true, stdin, stdout, stderr, resize: tty };
    let streamId = 1;
    for (const type of ['error', 'stdin', 'stdout', 'stderr', 'resize'] as const) {
      if (!asked[type]) continue;
      const channel = commandChannel[type];
      if (type === 'stdin' || type === 'resize') this.#inputs.set(channel, streamId);
      else this.#outputs.set(streamId, channel);
      this.#unanswered.add(streamId);
      this.#sides.toServer(synStreamFrame(streamId, deflater.deflate(new Map([['streamtype', type]])), false));
      streamId += 2;
    }
    // A message without bytes, on the first channel that it can write to, tells the client that it may begin.
    this.#sides.toClient(binaryFrameHead(1), Buffer.of(Math.min(...this.#outputs.values())));
  }

  #data(bytes: Buffer): void {
    let rest = bytes;
    if (this.#channel === undefined) {
      this.#channel = rest[0];
      this.#frameBytes -= 1;
      rest = rest.subarray(1);
    }
    if (rest.length === 0) return;
    if (this.#closesChannels && this.#channel === closeChannel) this.#close(rest);
    else this.#input(rest);
  }

  #input(bytes: Buffer): void {
    for (let offset = 0; offset < bytes.length;) {
      if (this.#dataBytes === 0 && !this.#beginData()) return;
      const piece = bytes.subarray(offset, offset + this.#dataBytes);
      offset += piece.length;
      this.#frameBytes -= piece.length;
      this.#dataBytes -= piece.length;
      this.#sides.toServer(piece);
      if (this.#dataBytes === 0) this.#sides.toServer(...this.#waiting.splice(0));
    }
  }

  /** False where the channel is none that the server reads: what comes on it is dropped. */
  #beginData(): boolean {
    const streamId = this.#inputs.get(this.#channel ?? closeChannel);
    if (streamId === undefined) return false;
    this.#dataBytes = Math.min(this.#frameBytes, dataFrameBytes);
    this.#sides.toServer(dataFrameHeader(streamId, this.#dataBytes, false));
    return true;
  }

  #close(bytes: Buffer): void {
    if (bytes.length > 1 || this.#channelToClose !== undefined) {
      throw protocolError('a message that closes a channel names one channel');
    }
    const channel = bytes.readUInt8(0);
    this.#channelToClose = channel;
    const streamId = this.#inputs.get(channel);
    if (streamId === undefined) return;
    this.#inputs.delete(channel);
    this.#sayToServer(dataFrameHeader(streamId, 0, true));
  }

  #output(streamId: number, bytes: Buffer, fin: boolean): void {
    const channel = this.#outputs.get(streamId);
    if (channel !== undefined && bytes.length > 0) {
      if (channel === commandChannel.error) this.#outcomeTold = true;
      this.#sides.toClient(binaryFrameHead(bytes.length + 1), Buffer.of(channel), bytes);
    }
    if (fin) this.#ended(streamId);
  }

  #control(frame: ControlFrame): void {
    switch (frame.type) {
      case 'SYN_REPLY':
        if (this.#unanswered.delete(frame.streamId) && this.#unanswered.size === 0) {
          this.#openTimer.cancel();
          this.#opened.resolve();
        }
        if (frame.fin) this.#ended(frame.streamId);
        break;
      case 'RST_STREAM':
        this.#ended(frame.streamId);
        break;
      case 'HEADERS':
        if (frame.fin) this.#ended(frame.streamId);
        break;
      case 'PING':
        // An odd one would be the answer to one of ours.
        if (frame.id % 2 === 0) this.#sayToServer(pingFrame(frame.id));
        break;
      case 'SYN_STREAM':
        this.#sayToServer(rstStreamFrame(frame.streamId, resetStatus.refusedStream));
        break;
      case 'GOAWAY':
        break;
    }
  }

  /** The server says nothing more on a stream, or reads nothing more of it. */
  #ended(streamId: number): void {
    for (const [channel, input] of this.#inputs) if (input === streamId) this.#inputs.delete(channel);
    this.#outputs.delete(streamId);
    if (this.#outputs.size > 0 || this.#over) return;
    if (this.#outcomeTold) this.#finish();
    else this.#fail(new StreamingError('PeerGone', 'the server ended the command without an outcome'));
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sayToServer(goAwayFrame(0, goAwayStatus.ok));
    this.#sides.endServer();
    this.#webSocket.close();
  }

  #clientLeft(): void {
    if (this.#over) return;
    this.#over = true;
    this.#sides.fail(new StreamingError('PeerGone', 'the client closed the connection'));
  }

  #fail(reason: Error): void {
    this.#over = true;
    const outcome = encodeOutcome({ failure: `Internal error occurred: ${reason.message}` }, true);
    const told = [binaryFrameHead(outcome.length + 1), Buffer.of(commandChannel.error), outcome];
    this.#sides.fail(reason, Buffer.concat([...(this.#outcomeTold ? [] : told), closeFrame(closeCode.normal)]));
  }

  /** Says something between two DATA frames. */
  #sayToServer(frame: Uint8Array): void {
    if (this.#dataBytes > 0) this.#waiting.push(frame);
    else this.#sides.toServer(frame);
  }
}

import { asError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { WebSocketFrameReader, type WebSocketFrameHandler } from '../websocket/frame-reader.ts';
import { closeCode, opcode } from '../websocket/frame-types.ts';
import { closeFrame, controlFrame } from '../websocket/write-frames.ts';
import type { JoinedSides } from './translation.ts';

/** A client that has not fetched so many bytes gets no answers to its pings: they would be held for it without bound. */
const unfetchedAnswerBytes = 64 * 1024;

export interface JoinedWebSocketInit {
  readonly sides: JoinedSides;
  readonly settings: StreamingSettings;
  readonly handler: Omit<WebSocketFrameHandler, 'control'>;
  /** The client says no more. */
  readonly onClose: () => void;
}

/** The side of a join that speaks WebSocket: its frames, its pings, and its two closes. */
export class JoinedWebSocket {
  readonly #sides: JoinedSides;
  readonly #reader: WebSocketFrameReader;
  readonly #onClose: () => void;
  #closeSaid = false;
  #closed = false;

  constructor({ sides, settings, handler, onClose }: JoinedWebSocketInit) {
    this.#sides = sides;
    this.#onClose = onClose;
    this.#reader = new WebSocketFrameReader(settings.limits, {
      message: (isBinary) => handler.message(isBinary),
      frame: (payloadBytes) => handler.frame(payloadBytes),
      data: (bytes) => handler.data(bytes),
      control: (code, payload) => this.#control(code, payload),
    });
  }

  read(bytes: Buffer): void {
    // What comes after a close is not to be looked at (RFC 6455, section 5.5.1).
    if (this.#closed) return;
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#closed = true;
      this.#sides.fail(asError(error), closeFrame(closeCode.protocolError));
    }
  }

  ping(): void {
    this.#sides.toClient(controlFrame(opcode.ping));
  }

  /** Says the last words of this side; the client answers with its own. */
  close(): void {
    if (this.#closeSaid) return;
    this.#closeSaid = true;
    this.#sides.toClient(closeFrame(closeCode.normal));
    this.#sides.endClient();
  }

  /** The client ended its connection, be it without a close. */
  ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.close();
    this.#onClose();
  }

  #control(code: number, payload: Buffer): void {
    if (code === opcode.close) this.ended();
    else if (code === opcode.ping && this.#sides.unfetchedBytes < unfetchedAnswerBytes)
      this.#sides.toClient(controlFrame(opcode.pong, payload));
  }
}

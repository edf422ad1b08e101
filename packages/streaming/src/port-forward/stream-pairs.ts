import type { Timer } from '../clock.ts';
import { StreamingError } from '../errors/streaming-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { resetStatus } from '../spdy/frame-types.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { runForward, tell } from './forwarded-connection.ts';
import type { ForwardConnection } from './forwarded-connection.ts';
import { parsePort } from './forward-ports.ts';

type StreamType = 'data' | 'error';

interface Half {
  readonly stream: SpdyStream;
  readonly type: StreamType;
  readonly timer: Timer;
}

/**
 * Finds the two streams of each connection, one for data and one for errors. They carry the same `requestID`; clients
 * from before there was one open the error stream and then, with the next number, the data stream.
 */
export class StreamPairs {
  readonly #settings: StreamingSettings;
  readonly #forward: ForwardConnection;
  readonly #halves = new Map<string, Half>();
  #running = 0;

  constructor(settings: StreamingSettings, forward: ForwardConnection) {
    this.#settings = settings;
    this.#forward = forward;
  }

  /** Takes a stream that the client opened; one that belongs to nothing is reset. */
  add(stream: SpdyStream): void {
    const port = parsePort(stream.headers.get('port'));
    const type = stream.headers.get('streamtype');
    if (port === undefined || (type !== 'data' && type !== 'error')) {
      stream.reset(resetStatus.protocolError);
      return;
    }
    stream.reply();
    const key = stream.headers.get('requestid') ?? `stream ${type === 'error' ? stream.id : stream.id - 2}`;
    const half = this.#halves.get(key);
    if (half === undefined) {
      this.#halves.set(key, { stream, type, timer: this.#expire(key, stream, type) });
      // What is held for it is not bounded by the number of open streams any more.
      stream.signal.addEventListener('abort', () => this.#forget(key, stream), { once: true });
      return;
    }
    if (half.type === type) {
      stream.reset(resetStatus.protocolError);
      return;
    }
    half.timer.cancel();
    this.#halves.delete(key);
    this.#start(port, type === 'data' ? [stream, half.stream] : [half.stream, stream]);
  }

  /** The connection is closed: nothing is waited for any more. */
  stop(): void {
    for (const { timer } of this.#halves.values()) {
      timer.cancel();
    }
    this.#halves.clear();
  }

  #forget(key: string, stream: SpdyStream): void {
    const half = this.#halves.get(key);
    if (half?.stream === stream) {
      half.timer.cancel();
      this.#halves.delete(key);
    }
  }

  #start(port: number, [data, error]: readonly [SpdyStream, SpdyStream]): void {
    error.inbound.discard();
    // A client that resets its streams and opens new ones does not get more connections than one that keeps them.
    if (this.#running >= this.#settings.limits.streams / 2) {
      refuse(data, error, `error forwarding port ${port}: too many connections`);
      return;
    }
    this.#running += 1;
    const channels = { port, data, inbound: data.inbound, error, signal: data.signal };
    void runForward(channels, this.#forward).finally(() => {
      this.#running -= 1;
    });
  }

  #expire(key: string, stream: SpdyStream, type: StreamType): Timer {
    const { clock, timeouts } = this.#settings;
    return clock.setTimer(() => {
      this.#halves.delete(key);
      const message = `timed out waiting for streams: the other one did not come within ${timeouts.creation} ms`;
      if (type === 'error') {
        refuse(undefined, stream, message);
      } else {
        stream.reset(resetStatus.cancel, new StreamingError('CreationTimeout', message));
      }
    }, timeouts.creation);
  }
}

/** Says why there is no connection. The error stream ends with it, so that what was written is not thrown away. */
function refuse(data: SpdyStream | undefined, error: SpdyStream, message: string): void {
  error.inbound.discard();
  tell(error, message);
  error.end();
  data?.reset(resetStatus.refusedStream);
}

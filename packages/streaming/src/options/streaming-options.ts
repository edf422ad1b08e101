import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';

/** Bounds on what the other side may send and on what is held for it. Past one of them the connection is closed. */
export interface StreamingLimits {
  /** Bytes of a frame that has to be held whole, that is of any SPDY frame but DATA. 1 MiB by default. */
  readonly controlFrameBytes: number;
  /** Headers of one SPDY frame. 64 by default. */
  readonly headers: number;
  /** Bytes of one SPDY header's name, and of its value. 8 KiB by default. */
  readonly headerBytes: number;
  /** Bytes that the headers of one SPDY frame may inflate to. 64 KiB by default. */
  readonly headerBlockBytes: number;
  /** Entries of one SPDY SETTINGS frame. 64 by default. */
  readonly settings: number;
  /** SPDY streams that are open on one connection at a time; further ones are refused. 256 by default. */
  readonly streams: number;
  /**
   * Bytes held for one stream that nobody reads. Above it the connection is not read from, so that the sender has to
   * wait. 256 KiB by default.
   */
  readonly streamBufferBytes: number;
  /** Bytes of one WebSocket message, which is held whole. 32 MiB by default, as in the kubelet. */
  readonly messageBytes: number;
}

/** All in milliseconds. */
export interface StreamingTimeouts {
  /** A connection on which nothing was sent either way for this long is closed. 4 hours by default; 0 means never. */
  readonly idle: number;
  /** Within this time the client has opened all streams of a session, or both of a port-forward pair. 30 s by default. */
  readonly creation: number;
  /** How long this side waits, once it has said everything, for the other one to close. 10 s by default. */
  readonly linger: number;
  /** Pings are sent this often. 0, the default, means never: they are answered in any case. */
  readonly ping: number;
  /**
   * Pings are sent this often while nothing is read because a stream is full: a peer that has gone away is noticed
   * by nothing else then. 5 s by default; 0 means never.
   */
  readonly pausedPing: number;
}

/** What every server and client of this package takes. */
export interface StreamingOptions {
  readonly limits?: Partial<StreamingLimits>;
  readonly timeouts?: Partial<StreamingTimeouts>;
  readonly clock?: Clock;
  /** Ends the connection with `signal.reason` at once, whatever is under way. */
  readonly signal?: AbortSignal;
}

/** The options with every default filled in. */
export interface StreamingSettings {
  readonly limits: StreamingLimits;
  readonly timeouts: StreamingTimeouts;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

export const defaultLimits: StreamingLimits = {
  controlFrameBytes: 1024 * 1024,
  headers: 64,
  headerBytes: 8 * 1024,
  headerBlockBytes: 64 * 1024,
  settings: 64,
  streams: 256,
  streamBufferBytes: 256 * 1024,
  messageBytes: 32 * 1024 * 1024,
};

export const defaultTimeouts: StreamingTimeouts = {
  idle: 4 * 60 * 60 * 1000,
  creation: 30_000,
  linger: 10_000,
  ping: 0,
  pausedPing: 5000,
};

export function streamingSettings(options: StreamingOptions = {}): StreamingSettings {
  return {
    limits: { ...defaultLimits, ...options.limits },
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    clock: options.clock ?? systemClock,
    signal: options.signal,
  };
}

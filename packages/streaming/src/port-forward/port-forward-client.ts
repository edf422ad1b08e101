import type { ByteDuplex } from '../bytes/byte-duplex.ts';

/** One connection to a port of the pod. */
export interface ForwardedPort {
  readonly port: number;
  readonly stream: ByteDuplex;
  /** Why the server could not serve it; `undefined` when it ended without a complaint, or nobody is left to complain. */
  readonly failure: Promise<string | undefined>;
  /** Aborted when the server breaks off the connection, or is gone. */
  readonly signal: AbortSignal;
  /** Ends the connection both ways. */
  close(): void;
}

/** Port-forward as the client sees it. */
export interface PortForwardClient {
  readonly transport: 'spdy' | 'tunnel' | 'websocket';
  /**
   * Connects to a port. Over WebSocket channels that is one of the ports of the query, once each.
   *
   * @throws StreamingError when the session is over, full, or the server does not answer.
   */
  open(port: number): Promise<ForwardedPort>;
  /** Aborted with a StreamingError when the server is gone; not by `close`. */
  readonly signal: AbortSignal;
  /** Settles when the connection is closed, in whichever way. */
  readonly closed: Promise<void>;
  /** Bytes that are held for this session at the moment: unread and unsent. */
  readonly bufferedBytes: number;
  /** Ends all connections and the session. */
  close(): Promise<void>;
}

import type { CallContext } from './call-context.ts';
import type { PodRef } from './pod-ref.ts';

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The streams of a command. Absent ones were not asked for. With `tty` there is no stderr: the terminal carries both. */
export interface ContainerStreams {
  readonly stdin?: ReadableStream<Uint8Array>;
  readonly stdout?: WritableStream<Uint8Array>;
  readonly stderr?: WritableStream<Uint8Array>;
  readonly tty: boolean;
  /** Each change of the terminal's size, once. Empty without `tty`. */
  readonly resizes: AsyncIterable<TerminalSize>;
}

export interface ContainerExec {
  /**
   * Runs a command. A non-zero exit code is a result, not an error.
   *
   * @throws NotFound when there is no such pod or container.
   */
  runInContainer(
    ref: PodRef,
    container: string,
    command: readonly string[],
    io: ContainerStreams,
    call: CallContext,
  ): Promise<{ readonly exitCode: number }>;
}

export interface ContainerAttach {
  /** Joins the container's main process. Resolves when the process or the caller ends. */
  attachToContainer(ref: PodRef, container: string, io: ContainerStreams, call: CallContext): Promise<void>;
}

/** Bytes both ways. */
export interface DuplexStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

export interface PortForwarder {
  /** Joins `stream` to a port of the pod, 1 to 65535. Resolves when either side has ended. */
  portForward(ref: PodRef, port: number, stream: DuplexStream, call: CallContext): Promise<void>;
}

/** Which streams a client asked for. With `tty` there is no stderr. */
export interface AskedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Where a backend serves one stream by itself, in SPDY/3.1 as a CRI runtime does. It is dialled once, at once. */
export interface StreamingAddress {
  /** `http` or `https`. */
  readonly url: URL;
  /** A stream on which nothing is sent for this long is closed. Absent, what the kubelet API says counts alone. */
  readonly idleMilliseconds?: number;
}

/**
 * For a backend that speaks the kubelet's own stream protocol: clients of SPDY, and of WebSocket as API servers and kubectl speak it, are
 * joined to it, and the bytes in their streams are not looked into. Clients of older forms are served by `runInContainer`,
 * `attachToContainer` and `portForward`, which are to be there too.
 */
export interface StreamingServer {
  /** @throws NotFound when there is no such pod or container. */
  getExec(
    ref: PodRef,
    container: string,
    command: readonly string[],
    streams: AskedStreams,
    call: CallContext,
  ): Promise<StreamingAddress>;
  /** @throws NotFound when there is no such pod or container. */
  getAttach(ref: PodRef, container: string, streams: AskedStreams, call: CallContext): Promise<StreamingAddress>;
  /** For all connections of one client. @throws NotFound when there is no such pod. */
  getPortForward(ref: PodRef, call: CallContext): Promise<StreamingAddress>;
}

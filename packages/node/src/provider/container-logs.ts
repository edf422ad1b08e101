import type { CallContext } from './call-context.ts';
import type { PodRef } from './pod-ref.ts';

/** What a reader of logs asked for. The core applies all of it; a backend may use it to send less. */
export interface ContainerLogOptions {
  /** Go on with lines as they are written, until the container ends or the call is aborted. */
  readonly follow: boolean;
  /** The container's previous run. */
  readonly previous: boolean;
  /** Lines from the end; 0 is none, absent is all. */
  readonly tailLines?: number;
  /** Milliseconds since the epoch; nothing older is wanted. */
  readonly sinceTime?: number;
  readonly limitBytes?: number;
  /** Absent: both, interleaved. */
  readonly stream?: 'stdout' | 'stderr';
  /**
   * Given where the last lines of a followed log are wanted. A backend that knows when it has given all that was there calls it
   * before it waits for more, as often as it likes: the reader then gets those lines at once, and not only when the log rests.
   */
  readonly onCaughtUp?: () => void;
}

/**
 * A piece of log: a part of a line, a line, or several. `partial` says that the last line goes on in the next piece of the same
 * stream; otherwise it ends here, and a newline is added where the bytes have none.
 */
export interface LogChunk {
  readonly bytes: Uint8Array;
  /** RFC 3339 with nanoseconds where the backend knows them. */
  readonly time?: string;
  readonly stream?: 'stdout' | 'stderr';
  readonly partial?: boolean;
}

export interface ContainerLogs {
  /**
   * The raw log. The core applies since, tail, timestamps and limit.
   *
   * @throws NotFound when there is no such pod or container, or no previous run.
   */
  getContainerLogs(
    ref: PodRef,
    container: string,
    options: ContainerLogOptions,
    call: CallContext,
  ): AsyncIterable<LogChunk>;
}

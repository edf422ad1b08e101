import type { Clock } from '../work/clock.ts';
import type { KubeClient, KubeRequest } from './client.ts';
import { KubeConnectionError } from './kube-connection-error.ts';
import { KubeError, type KubeStatus } from './kube-error.ts';
import { LineSplitter } from './line-splitter.ts';
import type { KubeObject } from './resource.ts';
import { timeLimit } from './time-limit.ts';

/** A watch event as it is on the wire; an `ERROR` is thrown instead. */
export interface RawWatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  /** Nearly empty for a `BOOKMARK`: it has a resourceVersion and perhaps annotations. */
  readonly object: T;
}

export interface WatchStreamOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly path: string;
  readonly query: NonNullable<KubeRequest['query']>;
  /**
   * Without a byte for this long the other end is taken for dead. The API server sends a bookmark about every minute. Asked
   * again for each chunk.
   */
  idleMilliseconds(): number;
}

/** Nothing came for so long that nobody can be there any more; the connection itself says nothing of the kind. */
export class WatchStalledError extends KubeConnectionError {
  constructor(idleMilliseconds: number) {
    super({ message: `nothing came from the API server for ${idleMilliseconds / 1_000} s`, code: 'STALLED' });
  }
}

/**
 * Opens a watch and gives its events, those of one chunk together, until the API server ends it (which is normal). Throws a
 * `KubeError` when it is refused or has an `ERROR` event, a `KubeConnectionError` when the connection fails or stalls, and
 * `signal.reason` when aborted.
 */
export async function* openWatchStream<T extends KubeObject>(
  options: WatchStreamOptions,
  signal: AbortSignal,
): AsyncGenerator<RawWatchEvent<T>[], void, undefined> {
  const { client, clock, path, query } = options;
  const idle = timeLimit(clock, signal, {
    milliseconds: () => options.idleMilliseconds(),
    reason: () => new WatchStalledError(options.idleMilliseconds()),
  });
  try {
    // Until the answer begins, the time limit is the client's.
    idle.stopTimer();
    const chunks = await client.stream({ verb: 'watch', method: 'GET', path, query, signal: idle.signal });
    const lines = new LineSplitter();
    idle.restartTimer();
    for await (const chunk of chunks) {
      // The time that the reader takes is not the API server's.
      idle.stopTimer();
      const { events, failure } = decodeLines<T>(lines.push(chunk), path);
      if (events.length > 0) yield events;
      if (failure !== undefined) throw failure;
      idle.restartTimer();
    }
  } finally {
    idle.release();
  }
}

/** The events of these lines up to the first that is an error, and that error: what came before it still counts. */
function decodeLines<T>(lines: readonly string[], path: string): { events: RawWatchEvent<T>[]; failure?: Error } {
  const events: RawWatchEvent<T>[] = [];
  try {
    for (const line of lines) events.push(decode<T>(line, path));
    return { events };
  } catch (failure) {
    return { events, failure: failure as Error };
  }
}

function decode<T>(line: string, path: string): RawWatchEvent<T> {
  const event = parse(line, path) as { type: RawWatchEvent<T>['type'] | 'ERROR'; object?: unknown };
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return event as RawWatchEvent<T>;
    case 'ERROR': {
      const status = event.object as KubeStatus;
      const seconds = status.details?.retryAfterSeconds;
      throw new KubeError({
        status,
        code: status.code ?? 500,
        retryAfterMilliseconds: seconds === undefined ? undefined : seconds * 1_000,
        request: `watch of ${path}`,
      });
    }
    default:
      throw new KubeConnectionError({
        message: `the watch of ${path} has an event of no known type`,
        code: 'BAD_ANSWER',
      });
  }
}

function parse(line: string, path: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw new KubeConnectionError({
      message: `the watch of ${path} has a line that is not JSON`,
      code: 'BAD_ANSWER',
      cause,
    });
  }
}

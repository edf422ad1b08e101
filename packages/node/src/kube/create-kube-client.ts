import type { Clock } from '../work/clock.ts';
import type { KubeClient, KubeRequest } from './client.ts';
import type { KubeCluster } from './config.ts';
import { KubeConnectionError } from './kube-connection-error.ts';
import type { KubeExchange, KubeMiddleware, KubeResponse, SendExchange } from './middleware.ts';
import { RequestLine } from './request-line.ts';
import { errorFromResponse } from './response-error.ts';
import { type TimeLimit, timeLimit } from './time-limit.ts';
import { createTransport } from './transport.ts';

/** One exchange that is over; for a stream, one that has begun. */
export interface ObservedExchange {
  readonly verb: KubeRequest['verb'];
  readonly path: string;
  readonly streaming: boolean;
  readonly durationMilliseconds: number;
  /** Missing when there was no answer. */
  readonly status?: number;
  readonly error?: unknown;
}

export interface KubeClientOptions {
  readonly cluster: KubeCluster;
  readonly clock: Clock;
  readonly userAgent: string;
  /** How many requests may be on their way at once; 64 by default. Streams are not counted. */
  readonly requestConnections?: number;
  /** Hears of every exchange, for metrics. It must not throw. */
  readonly onRequest?: (observed: ObservedExchange) => void;
  readonly middleware?: KubeMiddleware;
}

const defaultTimeoutMilliseconds = 30_000;

/**
 * Speaks to an API server over keep-alive HTTP/1.1. Connections are made anew when certificates change, and the old ones end
 * once they are free. A 401 renews the credentials and is tried again once. Nothing else is retried: who asks knows best.
 */
export function createKubeClient(options: KubeClientOptions): KubeClient {
  const { cluster, clock, userAgent, requestConnections = 64, onRequest, middleware } = options;
  const transport = createTransport({ cluster, userAgent, requestConnections });
  const line = new RequestLine(requestConnections);

  const send: SendExchange = (exchange) => transport.send(exchange);

  async function exchangeOnce(exchange: KubeExchange): Promise<KubeResponse> {
    const { verb, path, streaming } = exchange;
    const startedAt = clock.monotonic();
    const observe = (outcome: { status?: number; error?: unknown }): void =>
      onRequest?.({ verb, path, streaming, durationMilliseconds: clock.monotonic() - startedAt, ...outcome });
    let response: KubeResponse;
    try {
      response = await (middleware === undefined ? send(exchange) : middleware(exchange, send));
    } catch (error) {
      observe({ error });
      throw error;
    }
    observe({ status: response.status });
    return response;
  }

  /** Gives a 2xx answer, or throws. */
  async function exchange(exchange: KubeExchange): Promise<KubeResponse> {
    let response = await exchangeOnce(exchange);
    if (response.status === 401 && cluster.credentials.refresh()) {
      await response.text();
      response = await exchangeOnce(exchange);
    }
    if (response.status >= 200 && response.status < 300) return response;
    throw await errorFromResponse(exchange, response, clock.now());
  }

  function limitFor(request: KubeRequest): TimeLimit {
    const milliseconds = request.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
    const reason = (): Error =>
      new KubeConnectionError({
        message: `no answer from the API server at ${new URL(cluster.server).origin} within ${milliseconds / 1_000} s`,
        code: 'TIMEOUT',
      });
    return timeLimit(clock, request.signal, { milliseconds: () => milliseconds, reason });
  }

  async function requestOnce<T>(request: KubeRequest): Promise<T> {
    const limit = limitFor(request);
    try {
      const response = await exchange({ ...request, signal: limit.signal, streaming: false });
      return parseJson(await response.text(), request) as T;
    } catch (error) {
      throw limit.signal.aborted ? limit.signal.reason : error;
    } finally {
      limit.release();
    }
  }

  return {
    async request<T>(request: KubeRequest): Promise<T> {
      const waiting = line.join({ urgent: request.urgent ?? false, signal: request.signal });
      if (waiting !== undefined) await waiting;
      try {
        return await requestOnce<T>(request);
      } finally {
        line.leave();
      }
    },

    async stream(request) {
      const limit = limitFor(request);
      try {
        const response = await exchange({ ...request, signal: limit.signal, streaming: true });
        limit.stopTimer();
        return untilReleased(response.bytes(), limit);
      } catch (error) {
        limit.release();
        throw limit.signal.aborted ? limit.signal.reason : error;
      }
    },

    close: () => transport.close(),
  };
}

function parseJson(text: string, request: KubeRequest): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // The text is left out: it may be an object with secrets, cut short.
    const message = `the answer to ${request.method} ${request.path} is not JSON (${text.length} characters)`;
    throw new KubeConnectionError({ message, code: 'BAD_ANSWER', cause });
  }
}

async function* untilReleased(
  bytes: AsyncIterable<Uint8Array>,
  limit: TimeLimit,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } finally {
    limit.release();
  }
}

import { KubeConnectionError, type KubeExchange, type KubeMiddleware, type KubeResponse } from '@vk/node';
import { answerWith } from './api-door.ts';

export type Matches = (exchange: KubeExchange) => boolean;

export const everything: Matches = () => true;
export const watchOf =
  (plural: string): Matches =>
  ({ verb, path }) =>
    verb === 'watch' && path.endsWith(`/${plural}`);
export const podStatusWrite: Matches = ({ method, path }) => method === 'PATCH' && /\/pods\/[^/]+\/status$/.test(path);

/** A Status object as the API server answers with. */
export function statusText(code: number, reason: string, message = `scripted ${reason}`, details: object = {}): string {
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details });
}

/** The answer is no. */
export function refusing(
  matches: Matches,
  refusal: {
    readonly code: number;
    readonly reason: string;
    readonly message?: string;
    readonly retryAfterSeconds?: number;
    readonly details?: object;
  },
): KubeMiddleware {
  const { code, reason, message, retryAfterSeconds, details } = refusal;
  return (exchange, next) =>
    matches(exchange)
      ? Promise.resolve(
          answerWith(
            code,
            statusText(code, reason, message, details),
            retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
          ),
        )
      : next(exchange);
}

/** There is no answer: nobody listens. */
export function unreachable(matches: Matches = everything): KubeMiddleware {
  return (exchange, next) =>
    matches(exchange)
      ? Promise.reject(new KubeConnectionError({ message: 'connection refused', code: 'ECONNREFUSED' }))
      : next(exchange);
}

/** The request is carried out, and its answer is lost. */
export function losingAnswers(matches: Matches): KubeMiddleware {
  return async (exchange, next) => {
    const response = await next(exchange);
    if (!matches(exchange)) return response;
    throw new KubeConnectionError({ message: 'the connection was reset', code: 'ECONNRESET' });
  };
}

/** Nothing is answered any more, and nobody says so: the other end is gone without a word. */
export function halfOpen(matches: Matches = everything): KubeMiddleware {
  return async (exchange, next) => {
    if (matches(exchange)) await untilAborted(exchange.signal);
    return next(exchange);
  };
}

/** Ends a stream in the middle of a line. */
export const endOfStream: unique symbol = Symbol('end of stream');

/** Changes what a watch brings, line by line; `undefined` leaves a line out. */
export function changingLines(
  matches: Matches,
  change: (line: string) => string | typeof endOfStream | undefined,
): KubeMiddleware {
  return async (exchange, next) => {
    const response = await next(exchange);
    return matches(exchange) && exchange.streaming && response.status === 200 ? changed(response, change) : response;
  };
}

function changed(
  response: KubeResponse,
  change: (line: string) => string | typeof endOfStream | undefined,
): KubeResponse {
  return {
    ...response,
    async *bytes() {
      for await (const chunk of response.bytes()) {
        for (const line of Buffer.from(chunk).toString('utf8').split('\n').filter(Boolean)) {
          const after = change(line);
          if (after === endOfStream) {
            yield Buffer.from(line.slice(0, line.length / 2));
            return;
          }
          if (after !== undefined) yield Buffer.from(`${after}\n`);
        }
      }
    },
  };
}

/** Rejects with the reason of the abort. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

import type { KubeExchange, KubeResponse } from './middleware.ts';
import { KubeError, type KubeStatus } from './kube-error.ts';

/** Longer texts that are no Status (a proxy's page) are cut in messages. */
const longestText = 300;

/** Reads an answer that is not 2xx to its end and makes an error of it. `now` is wall time, for a Retry-After that is a date. */
export async function errorFromResponse(
  exchange: KubeExchange,
  response: KubeResponse,
  now: number,
): Promise<KubeError> {
  const text = await response.text();
  const status = statusFrom(text);
  const header = response.headers['retry-after'];
  return new KubeError({
    status,
    code: response.status,
    retryAfterMilliseconds:
      parseRetryAfter(Array.isArray(header) ? header[0] : header, now) ??
      secondsToWait(status.details?.retryAfterSeconds),
    request: `${exchange.method} ${exchange.path}`,
  });
}

/** Seconds, or an HTTP date (RFC 9110, section 10.2.3), in milliseconds from now. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function secondsToWait(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1_000;
}

function statusFrom(text: string): KubeStatus {
  try {
    const parsed = JSON.parse(text) as KubeStatus | null;
    if (typeof parsed === 'object' && parsed?.kind === 'Status') return parsed;
  } catch {
    // Not from the API server itself, or an old plain-text answer of its filters: told as it is.
  }
  const plain = text.trim().slice(0, longestText);
  return plain === '' ? {} : { message: plain };
}

import type { ServerResponse } from 'node:http';
import type { ApiError } from '../status/api-error.ts';

export interface SendOptions {
  contentType?: string;
  warnings?: readonly string[];
}

function quoteWarning(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The headers of an answer; warnings go by RFC 7234 code 299, as kubectl shows them. */
export function writeHead(response: ServerResponse, code: number, options: SendOptions = {}): void {
  response.statusCode = code;
  response.setHeader('Content-Type', options.contentType ?? 'application/json');
  response.setHeader('Cache-Control', 'no-cache, private');
  const warnings = options.warnings ?? [];
  if (warnings.length > 0)
    response.setHeader(
      'Warning',
      warnings.map((text) => `299 - ${quoteWarning(text)}`),
    );
}

export function sendJson(response: ServerResponse, code: number, json: string, options: SendOptions = {}): void {
  const body = Buffer.from(`${json}\n`);
  writeHead(response, code, options);
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  writeHead(response, code, { contentType: 'text/plain; charset=utf-8' });
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(text);
}

export function sendError(response: ServerResponse, error: ApiError, warnings: readonly string[] = []): void {
  const seconds = error.status.details?.retryAfterSeconds;
  if (seconds !== undefined) response.setHeader('Retry-After', String(seconds));
  sendJson(response, error.code, JSON.stringify(error.status), { warnings });
}

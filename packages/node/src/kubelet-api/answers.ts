import type { ServerResponse } from 'node:http';
import type { HttpError } from './errors/http-error.ts';

/** Nothing that is served is to be taken by a browser for something else, or kept by anybody on the way. */
const always = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };

/** Heads of answers in plain text. */
export const plainText = 'text/plain; charset=utf-8';

export function writeHead(
  response: ServerResponse,
  status: number,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...always, ...headers, 'Content-Type': contentType });
}

export function sendText(response: ServerResponse, text: string | Buffer, contentType: string = plainText): void {
  writeHead(response, 200, contentType, { 'Content-Length': String(Buffer.byteLength(text)) });
  response.end(text);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  sendText(response, JSON.stringify(value), 'application/json');
}

/** Answers with an error; an answer that has begun is broken off, so that nobody takes it for whole. */
export function sendError(response: ServerResponse, { status, message, headers }: HttpError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = message.endsWith('\n') ? message : `${message}\n`;
  writeHead(response, status, plainText, { ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
  response.end(body);
}

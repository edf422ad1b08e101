import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError } from './answers.ts';
import { HttpError } from './errors/http-error.ts';

/** No route reads a body; this much of one is thrown away, since some clients send one with every POST. */
const tolerated = 64 * 1024;

/** Throws the body away as it comes, and closes the connection of a client that sends a long one. */
export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  let received = 0;
  const tooLong = (): void => {
    if (response.headersSent) {
      request.destroy();
      return;
    }
    response.once('finish', () => request.destroy());
    const headers = { Connection: 'close' };
    sendError(response, new HttpError(413, `a body may have ${tolerated} bytes`, { headers }));
  };
  request.on('data', (chunk: Buffer) => {
    const before = received;
    received += chunk.length;
    if (before <= tolerated && received > tolerated) tooLong();
  });
}

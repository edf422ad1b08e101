import type { IncomingMessage } from 'node:http';
import { requestTooLarge } from '../status/errors.ts';

/** The API server's limit on a request's body. */
export const largestBody: number = 3 * 1024 * 1024;

/** Reads a whole body. Throws ApiError (413) when it is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) throw requestTooLarge(largestBody);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

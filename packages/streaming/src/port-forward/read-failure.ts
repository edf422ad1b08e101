import type { ByteQueue } from '../bytes/byte-queue.ts';

/** What is kept of a message. */
const messageBytes = 16 * 1024;

/** The message on an error stream; `undefined` when it ends without one. */
export async function readFailure(error: ByteQueue): Promise<string | undefined> {
  let message = '';
  try {
    for (let chunk = await error.read(); chunk !== undefined; chunk = await error.read()) {
      message = (message + Buffer.from(chunk).toString('utf8')).slice(0, messageBytes);
    }
  } catch {
    // The stream was broken off, which the connection's signal says; what was said before still counts.
  }
  return message === '' ? undefined : message;
}

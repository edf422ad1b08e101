import type { IncomingMessage } from 'node:http';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';

/** What is kept of an answer that refuses an upgrade. */
const bodyBytes = 16 * 1024;

/** Turns an answer other than 101 into an error that says what the server said. */
export async function readRefusal(response: IncomingMessage): Promise<UpgradeRefused> {
  const status = response.statusCode ?? 0;
  let body = '';
  try {
    for await (const chunk of response) {
      body += String(chunk);
      if (body.length >= bodyBytes) {
        break;
      }
    }
  } catch (error) {
    return new UpgradeRefused(status, `the server answered ${status}`, { cause: error });
  }
  const said = body.slice(0, bodyBytes).trim();
  return new UpgradeRefused(
    status,
    said === '' ? `the server answered ${status}` : `the server answered ${status}: ${said}`,
  );
}

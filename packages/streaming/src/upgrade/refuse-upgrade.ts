import type { Duplex } from 'node:stream';
import { systemClock } from '../clock.ts';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import { STATUS_CODES } from './http-module.ts';

export interface Refusal {
  /** The HTTP status, 400 or above: an upgrade that fails is never answered with a redirect. */
  readonly status: number;
  readonly message: string;
  /** Further headers; one line for each value. */
  readonly headers?: ReadonlyMap<string, readonly string[]>;
}

/** How long a client that was refused may take to close. */
const lingerMilliseconds = 5000;

/**
 * Answers an upgrade request with an error and closes the socket: nothing that the client sends after it may be taken
 * for a request of its own (CVE-2018-1002105).
 */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): UpgradeRefused {
  const body = `${refusal.message}\n`;
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  for (const [name, values] of refusal.headers ?? []) {
    lines.push(...values.map((value) => `${name}: ${value}`));
  }
  const timer = systemClock.setTimer(() => socket.destroy(), lingerMilliseconds);
  socket.on('close', () => timer.cancel());
  socket.on('error', () => socket.destroy());
  socket.on('data', () => undefined);
  socket.on('end', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return new UpgradeRefused(refusal.status, refusal.message);
}

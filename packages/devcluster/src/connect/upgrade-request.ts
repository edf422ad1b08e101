import type { IncomingMessage } from 'node:http';
import type { ApiRequest } from '../api/api-request.ts';
import type { Upgrade } from '../server/upgrade.ts';
import { badRequest } from '../status/errors.ts';

/** The client's wish for another protocol. Throws ApiError (400) when it has none. */
export function requireUpgrade({ upgrade }: ApiRequest): Upgrade {
  if (upgrade === undefined) throw badRequest('Upgrade request required');
  return upgrade;
}

export function offersWebSocketProtocol(incoming: IncomingMessage, protocol: string): boolean {
  const offered = (incoming.headers['sec-websocket-protocol'] ?? '').split(',');
  return offered.some((one) => one.trim() === protocol);
}

import type { Duplex } from 'node:stream';
import { refuseUpgrade, type UpgradeRefused } from '@vk/streaming';
import type { HttpError } from '../errors/http-error.ts';

/** Answers an upgrade with an error. */
export function refuse(socket: Duplex, { status, message, headers }: HttpError): UpgradeRefused {
  const lines = new Map(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return refuseUpgrade(socket, { status, message, headers: lines });
}

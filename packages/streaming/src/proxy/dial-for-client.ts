import type { Duplex } from 'node:stream';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';

/**
 * Dials a server for a client, as long as that waits for it.
 *
 * @throws UpgradeRefused when the server does not take it, or cannot be reached. The client has been answered.
 * @throws StreamingError when the client has gone.
 */
export async function dialForClient<T>(
  client: Duplex,
  settings: StreamingSettings,
  dial: (settings: StreamingSettings) => Promise<T>,
): Promise<T> {
  const left = new AbortController();
  const onLeft = (): void => left.abort(new StreamingError('PeerGone', 'the client has gone'));
  client.on('close', onLeft);
  // It stays: until somebody else listens, an error of the connection would end the process.
  client.on('error', onLeft);
  const signals = settings.signal === undefined ? [left.signal] : [settings.signal, left.signal];
  try {
    return await dial({ ...settings, signal: AbortSignal.any(signals) });
  } catch (error) {
    if (client.destroyed) throw error;
    throw refuseUpgrade(client, { status: statusOf(error), message: `unable to upgrade: ${asError(error).message}` });
  } finally {
    client.off('close', onLeft);
  }
}

/** An answer below 400 is no error that a client could be given, and what is no answer is a fault between us and the server. */
function statusOf(error: unknown): number {
  return error instanceof UpgradeRefused && error.httpStatus >= 400 ? error.httpStatus : 502;
}

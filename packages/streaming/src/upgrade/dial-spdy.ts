import { request as httpsRequest } from 'node:https';
import { StreamingError } from '../errors/streaming-error.ts';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import { awaitDial } from './await-dial.ts';
import type { DialTarget } from './dial-target.ts';
import { request as httpRequest } from './http-module.ts';
import { prepareSocket } from './prepare-socket.ts';
import { readRefusal } from './read-refusal.ts';

export interface DialledSpdy {
  readonly connection: SpdyConnection;
  /** The protocol that the server chose; empty when it named none. */
  readonly protocol: string;
}

/**
 * Upgrades a POST to SPDY/3.1. Redirects are not followed.
 *
 * @throws UpgradeRefused when the server answers anything but 101.
 * @throws StreamingError with code `PeerGone` when it cannot be reached, `CreationTimeout` when it does not answer.
 */
export async function dialSpdy(
  target: DialTarget,
  protocols: readonly string[],
  settings: StreamingSettings,
): Promise<DialledSpdy> {
  const url = new URL(target.url);
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  url.protocol = secure ? 'https:' : 'http:';
  const { createConnection } = target;
  const request = (secure ? httpsRequest : httpRequest)(url, {
    ...target.tls,
    ...(createConnection === undefined ? {} : { createConnection }),
    method: 'POST',
    agent: false,
    headers: {
      ...target.headers,
      Connection: 'Upgrade',
      Upgrade: 'SPDY/3.1',
      'X-Stream-Protocol-Version': [...protocols],
      'Content-Length': '0',
    },
  });
  const dialled = Promise.withResolvers<DialledSpdy>();
  request.on('upgrade', (response, duplex, head) => {
    const upgraded = response.headers.upgrade?.toLowerCase();
    if (upgraded !== 'spdy/3.1') {
      duplex.destroy();
      dialled.reject(new UpgradeRefused(101, `the server upgraded to ${upgraded ?? 'nothing'} instead of SPDY/3.1`));
      return;
    }
    prepareSocket(duplex);
    const protocol = response.headersDistinct['x-stream-protocol-version']?.[0] ?? '';
    dialled.resolve({ connection: new SpdyConnection({ duplex, head, role: 'client', settings }), protocol });
  });
  request.on('response', (response) => {
    void readRefusal(response).then((refusal) => {
      request.destroy();
      dialled.reject(refusal);
    });
  });
  request.on('error', (error) =>
    dialled.reject(new StreamingError('PeerGone', `cannot connect: ${error.message}`, { cause: error })),
  );
  request.end();
  return awaitDial(dialled, settings, () => request.destroy());
}

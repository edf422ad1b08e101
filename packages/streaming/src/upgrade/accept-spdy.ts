import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { answerSpdy, offeredProtocols } from './answer-spdy.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { chooseProtocol } from './request-headers.ts';

export interface SpdyUpgrade<P extends string> {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** What this server speaks. The client's order decides. */
  readonly protocols: readonly P[];
  readonly settings: StreamingSettings;
  readonly onStream: (stream: SpdyStream, protocol: P) => void;
}

/**
 * Answers a request for SPDY/3.1 with 101 and the protocol that was chosen.
 *
 * @throws UpgradeRefused after it was answered: 400 without protocols, 403 with none that is spoken here, and the list
 *   of those that are, as the kubelet does.
 */
export function acceptSpdy<P extends string>(upgrade: SpdyUpgrade<P>): { connection: SpdyConnection; protocol: P } {
  const { request, socket, head, protocols, settings } = upgrade;
  const offered = offeredProtocols(request, socket);
  const protocol = chooseProtocol(offered, protocols);
  if (protocol === undefined) {
    throw refuseUpgrade(socket, {
      status: 403,
      message: `unable to upgrade: the client speaks ${offered.join(', ')}, the server ${protocols.join(', ')}`,
      headers: new Map([['X-Accepted-Stream-Protocol-Versions', protocols]]),
    });
  }
  answerSpdy(socket, protocol);
  const onStream = (stream: SpdyStream): void => upgrade.onStream(stream, protocol);
  return { connection: new SpdyConnection({ duplex: socket, head, role: 'server', settings, onStream }), protocol };
}

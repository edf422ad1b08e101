import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { StreamingOptions } from '@vk/streaming';
import type { ApiCall } from '../api-call.ts';

/** What an upgrade hands over. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Takes over the connection; from then on nothing but the stream is written to it. */
export type StreamServer = (upgrade: Upgrade) => Promise<void>;

/** What every stream of the kubelet API takes. */
export function streamingOptions({ services, exchange }: ApiCall): StreamingOptions {
  const { idleMilliseconds, creationMilliseconds } = services.streams;
  return {
    clock: services.clock,
    signal: exchange.cut,
    timeouts: {
      ...(idleMilliseconds !== undefined && { idle: idleMilliseconds }),
      ...(creationMilliseconds !== undefined && { creation: creationMilliseconds }),
    },
  };
}

import type { IncomingMessage } from 'node:http';
import { defaultTimeouts, type StreamingOptions } from '@vk/streaming';
import type { CallContext } from '../../provider/call-context.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { StreamingAddress, StreamingServer } from '../../provider/run-in-container.ts';
import type { ApiCall } from '../api-call.ts';
import { httpErrorOf } from '../errors/http-error-of.ts';
import { refuse } from './refuse.ts';
import { streamingOptions, type StreamServer, type Upgrade } from './upgrade.ts';

export interface ProxiedStream {
  readonly method: keyof StreamingServer;
  readonly ref: PodRef;
  /** Asks the provider. Undefined when it does not have the method. */
  readonly getAddress: ((context: CallContext) => Promise<StreamingAddress>) | undefined;
  /** Whether a client speaks what can be passed on. */
  readonly canProxy: (request: IncomingMessage) => boolean;
  /** Joins the client to the server. */
  readonly proxy: (upgrade: Upgrade, options: StreamingOptions & { readonly url: URL }) => Promise<void>;
  /** Serves all other clients, and providers that have no streaming server. */
  readonly otherwise: StreamServer;
}

/**
 * Joins a client to the streaming server of the backend, as the kubelet does. Where the provider cannot name one, the client
 * is answered before its connection is a stream.
 */
export function serveProxied(
  call: ApiCall,
  { method, ref, getAddress, canProxy, proxy, otherwise }: ProxiedStream,
): StreamServer {
  if (getAddress === undefined || !canProxy(call.request)) return otherwise;
  const { exchange, services } = call;
  return async (upgrade) => {
    const asked = services.providerCalls.run({ method, ref }, { signal: exchange.signal }, getAddress);
    const { url, idleMilliseconds } = await asked.catch((error: unknown) => {
      throw refuse(upgrade.socket, httpErrorOf(error));
    });
    const { timeouts, ...options } = streamingOptions(call);
    await proxy(upgrade, {
      ...options,
      signal: exchange.stopping,
      timeouts: { ...timeouts, idle: shortest(timeouts?.idle ?? defaultTimeouts.idle, idleMilliseconds) },
      url,
    });
  };
}

/** The shorter of two times; 0 stands for no limit. */
function shortest(one: number, other = 0): number {
  const limits = [one, other].filter((limit) => limit > 0);
  return limits.length === 0 ? 0 : Math.min(...limits);
}

import {
  acceptPortForward,
  canProxyPortForward,
  proxyPortForward,
  readPortForwardQuery,
  type ForwardConnection,
} from '@vk/streaming';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { podOfCall } from '../pods/pod-of-call.ts';
import { readQuery } from './read-query.ts';
import { serveProxied } from './serve-proxied.ts';
import { streamingOptions, type StreamServer } from './upgrade.ts';

/** `/portForward`: connections to ports of a pod, each a call of the provider. */
export function servePortForward(call: ApiCall): StreamServer {
  const ports = readQuery(call, readPortForwardQuery);
  const { ref } = podOfCall(call);
  const { provider } = call.node;
  const forward = forwardOf(call, ref);
  const getPortForward = provider.getPortForward?.bind(provider);
  return serveProxied(call, {
    method: 'getPortForward',
    ref,
    getAddress: getPortForward && ((context) => getPortForward(ref, context)),
    canProxy: canProxyPortForward,
    proxy: ({ request, socket, head }, options) => proxyPortForward(request, socket, head, options),
    otherwise: serveConnections(call, ports, forward),
  });
}

function serveConnections(call: ApiCall, ports: readonly number[], forward: ForwardConnection): StreamServer {
  const { stopping } = call.exchange;
  return async ({ request, socket, head }) => {
    const session = await acceptPortForward(request, socket, head, { ...streamingOptions(call), ports, forward });
    const onStopping = (): void => void session.close();
    stopping.addEventListener('abort', onStopping, { once: true });
    if (stopping.aborted) onStopping();
    await session.closed;
  };
}

function forwardOf(call: ApiCall, ref: PodRef): ForwardConnection {
  const { exchange, services, log } = call;
  const { provider } = call.node;
  const portForward = provider.portForward?.bind(provider);
  if (portForward === undefined) throw new HttpError(501, 'the provider forwards no ports');
  return async ({ port, stream, signal: broken }) => {
    const over = new AbortController();
    const signal = AbortSignal.any([broken, exchange.stopping, over.signal]);
    try {
      const context = services.providerCalls.subscription({ method: 'portForward', ref }, signal);
      await portForward(ref, port, stream, context);
    } catch (error) {
      log.debug('a forwarded connection failed', { port, error: String(error) });
      throw error;
    } finally {
      over.abort(new Error('the connection is over'));
    }
  };
}

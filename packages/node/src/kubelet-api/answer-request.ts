import type { IncomingMessage, ServerResponse } from 'node:http';
import { abortable } from '../work/abortable.ts';
import { admit, type AdmitOptions } from './admit.ts';
import { sendError } from './answers.ts';
import { ClientGoneError } from './errors/client-gone-error.ts';
import { HttpError } from './errors/http-error.ts';
import { httpErrorOf } from './errors/http-error-of.ts';
import { NodeStoppingError } from './errors/node-stopping-error.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { OpenExchanges } from './exchange/open-exchanges.ts';
import { discardBody } from './request-body.ts';
import { askedRoute } from './routing/find-route.ts';
import { requestHandlers, type RequestHandler } from './routing/handlers.ts';
import { routeGroup } from './routing/route-group.ts';

export interface ServeOptions extends AdmitOptions {
  readonly open: OpenExchanges;
}

/** Answers one request. Settles when the answer is sent or nobody waits for it; it does not reject. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
  options: ServeOptions,
): Promise<void> {
  const { open, log, services } = options;
  const closed = new Promise<void>((resolve) => {
    response.on('close', () => {
      if (!response.writableFinished) exchange.end(new ClientGoneError());
      resolve();
    });
  });
  response.on('error', () => response.destroy());
  exchange.cut.addEventListener('abort', () => response.destroy(), { once: true });
  discardBody(request, response);
  const asked = askedRoute(request.url ?? '');
  try {
    if (open.stopping) throw new NodeStoppingError();
    const call = await admit(request, asked, exchange, options);
    const handlers: Readonly<Partial<Record<string, RequestHandler>>> = requestHandlers;
    const handler = handlers[call.found.name];
    if (handler === undefined) throw new HttpError(400, 'Upgrade request required');
    exchange.cut.throwIfAborted();
    await abortable(handler(call, response), exchange.cut);
  } catch (error) {
    const failure = httpErrorOf(error);
    if (failure.status >= 500 && !exchange.signal.aborted && !open.stopping) {
      log.warn('A request to the kubelet API failed', { route: asked.found?.name, error: failure.message });
    }
    if (open.stopping) response.shouldKeepAlive = false;
    sendError(response, failure);
  }
  await closed;
  const code = response.headersSent ? response.statusCode : undefined;
  services.metrics.kubeletRequest(routeGroup(asked.found?.route.path ?? ''), code);
}

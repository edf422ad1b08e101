import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from '@vk/streaming';
import { ProviderCalls } from '../pods/provider-calls.ts';
import { silentLogger } from '../provider/logger.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import { systemClock } from '../work/clock.ts';
import { admit, type AdmitOptions } from './admit.ts';
import { sendError } from './answers.ts';
import type { ApiServices } from './api-call.ts';
import { ClientGoneError } from './errors/client-gone-error.ts';
import { HttpError } from './errors/http-error.ts';
import { httpErrorOf } from './errors/http-error-of.ts';
import { NodeStoppingError } from './errors/node-stopping-error.ts';
import type { Exchange } from './exchange/exchange.ts';
import { OpenExchanges } from './exchange/open-exchanges.ts';
import type { KubeletApiHandler, KubeletApiOptions } from './kubelet-api-handler.ts';
import { discardBody } from './request-body.ts';
import { requestHandlers, upgradeHandlers, type RequestHandler, type UpgradeHandler } from './routing/handlers.ts';
import type { StreamServer } from './streams/upgrade.ts';

/** How much longer than its time limit a provider call is waited for. */
const patienceMilliseconds = 10_000;

/** Serves the kubelet API on a server of the caller's: see {@link KubeletApiHandler}. */
export function createKubeletApiHandler(options: KubeletApiOptions): KubeletApiHandler {
  const open = new OpenExchanges();
  const admission = admissionOf(options);
  return {
    handleRequest: (request, response) => {
      open.begin((exchange) => answer(request, response, exchange, admission, open));
    },
    handleUpgrade: (request, socket, head) => {
      open.begin((exchange) => takeOver({ request, socket, head }, exchange, admission, open));
    },
    drain: (force) => open.drain(force),
  };
}

function admissionOf(options: KubeletApiOptions): AdmitOptions {
  const { serves, access, log = silentLogger, clock = systemClock, streams = {} } = options;
  const { metrics = new CoreMetrics(), providerTimeoutMilliseconds = 120_000 } = options;
  const timeoutMilliseconds = providerTimeoutMilliseconds;
  const services: ApiServices = {
    clock,
    streams,
    processMetrics: options.processMetrics ?? (() => metrics.registry.text()),
    providerCalls: new ProviderCalls({ clock, log, timeoutMilliseconds, patienceMilliseconds }),
    checkpoints: new Set(),
  };
  return { serves, access, log, services };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
  admission: AdmitOptions,
  open: OpenExchanges,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    response.on('close', () => {
      if (!response.writableFinished) exchange.end(new ClientGoneError());
      resolve();
    });
  });
  response.on('error', () => response.destroy());
  exchange.cut.addEventListener('abort', () => response.destroy(), { once: true });
  discardBody(request, response);
  try {
    if (open.stopping) throw new NodeStoppingError();
    const call = await admit(request, exchange, admission);
    const handlers: Readonly<Partial<Record<string, RequestHandler>>> = requestHandlers;
    const handler = handlers[call.found.name];
    if (handler === undefined) throw new HttpError(400, 'Upgrade request required');
    await handler(call, response);
  } catch (error) {
    const failure = httpErrorOf(error);
    if (failure.status >= 500) admission.log.warn('A request to the kubelet API failed', logged(request, error));
    if (open.stopping) response.shouldKeepAlive = false;
    sendError(response, failure);
  }
  await closed;
}

async function takeOver(
  upgrade: Parameters<StreamServer>[0],
  exchange: Exchange,
  admission: AdmitOptions,
  open: OpenExchanges,
): Promise<void> {
  const { request, socket } = upgrade;
  const onClose = (): void => exchange.end(new ClientGoneError());
  socket.on('close', onClose);
  // The connection may break off while it is decided whether it may be used.
  socket.on('error', onClose);
  exchange.cut.addEventListener('abort', () => socket.destroy(), { once: true });
  let serve: StreamServer;
  try {
    if (open.stopping) throw new NodeStoppingError();
    const call = await admit(request, exchange, admission);
    const handlers: Readonly<Partial<Record<string, UpgradeHandler>>> = upgradeHandlers;
    const handler = handlers[call.found.name];
    if (handler === undefined) throw new HttpError(400, 'this path takes no upgrade');
    serve = handler(call);
  } catch (error) {
    refuse(socket, httpErrorOf(error));
    return;
  }
  try {
    await serve(upgrade);
  } catch (error) {
    // Either it was answered, or the client is gone.
    admission.log.debug('A stream of the kubelet API ended early', logged(request, error));
    socket.end();
  }
}

function refuse(socket: Duplex, { status, message, headers }: HttpError): void {
  const lines = new Map(Object.entries(headers).map(([name, value]) => [name, [value]]));
  refuseUpgrade(socket, { status, message, headers: lines });
}

function logged(request: IncomingMessage, error: unknown): Record<string, unknown> {
  const [path] = (request.url ?? '').split('?');
  return { method: request.method, path, error: String(error) };
}

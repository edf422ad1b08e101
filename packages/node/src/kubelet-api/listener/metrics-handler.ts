import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseUpgrade } from '@vk/streaming';
import { prometheusContentType } from '../../telemetry/prometheus-text.ts';
import type { Logger } from '../../provider/logger.ts';
import type { RequestAccess } from '../request-access.ts';
import type { ListenerHandler } from './kubelet-api-listener.ts';

export interface MetricsHandlerOptions {
  readonly access: RequestAccess;
  /** The node whose `metrics` one must be allowed to get; empty where there are several: then those of every node. */
  readonly nodeName: string;
  /** The metrics in Prometheus's text format. */
  readonly text: () => string;
  readonly log: Logger;
}

/** Serves `GET /metrics` to those who may get `nodes/metrics`, and nothing else. */
export function createMetricsHandler(options: MetricsHandlerOptions): ListenerHandler {
  return {
    handleRequest: (request, response) => void answer(request, response, options),
    handleUpgrade: (_request, socket) => void refuseUpgrade(socket, { status: 404, message: 'there is only /metrics' }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { access, nodeName, text, log }: MetricsHandlerOptions,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client is gone')));
  response.on('error', () => response.destroy());
  const attributes = { nodeName, verb: 'get', subresources: ['metrics'] } as const;
  const decision = await access.decide(request, attributes, gone.signal);
  if (response.destroyed) return;
  if (!decision.allowed) return end(response, decision.status, decision.message);
  if (request.url?.split('?', 1)[0] !== '/metrics') return end(response, 404, 'there is only /metrics');
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    return end(response, 405, 'there is only GET');
  }
  try {
    return end(response, 200, text(), prometheusContentType);
  } catch (error) {
    log.error('The metrics cannot be written down', { error });
    return end(response, 500, 'the metrics cannot be written down');
  }
}

function end(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  // What came with a request that is not answered is not waited for.
  if (status !== 200) response.setHeader('Connection', 'close');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const text = status === 200 ? body : `${body}\n`;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

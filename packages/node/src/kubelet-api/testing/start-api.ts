import { once } from 'node:events';
import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { CoreMetrics } from '../../telemetry/core-metrics.ts';
import type { Clock } from '../../work/clock.ts';
import { createKubeletApiHandler } from '../create-kubelet-api-handler.ts';
import type { KubeletApiHandler, KubeletApiOptions } from '../kubelet-api-handler.ts';
import type { KubeletNode } from '../kubelet-node.ts';
import type { AccessDecision, RequestAccess, RequestAttributes } from '../request-access.ts';
import { kubeletApiServerLimits } from '../server-limits.ts';
import { sampleNode } from './sample-node.ts';

export interface StartApiOptions extends Partial<Omit<KubeletApiOptions, 'serves' | 'clock'>> {
  readonly node?: KubeletNode;
  readonly serves?: KubeletApiOptions['serves'];
  readonly clock?: Clock;
  readonly metrics?: CoreMetrics;
  /** Allows everything by default. */
  readonly decide?: (attributes: RequestAttributes) => AccessDecision | Promise<AccessDecision>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** The kubelet API on loopback, with what was asked of its access. */
export interface StartedApi {
  readonly url: string;
  readonly handler: KubeletApiHandler;
  readonly questions: RequestAttributes[];
  readonly get: (
    path: string,
    options?: { method?: string; headers?: Record<string, string>; body?: string },
  ) => Promise<Answer>;
  /** Begins a request and gives the answer as soon as its head is there. */
  readonly open: (
    path: string,
    options?: { method?: string; headers?: Record<string, string> },
  ) => Promise<IncomingMessage>;
  /** A bare connection. */
  readonly connect: () => Promise<Socket>;
  readonly stop: () => Promise<void>;
}

export async function startApi(options: StartApiOptions = {}): Promise<StartedApi> {
  const { node = sampleNode(), decide, ...rest } = options;
  const questions: RequestAttributes[] = [];
  const access: RequestAccess = {
    decide: async (_request, attributes) => {
      questions.push(attributes);
      return decide?.(attributes) ?? { allowed: true, user: { username: 'tester', groups: [] } };
    },
  };
  const handler = createKubeletApiHandler({ serves: { node }, access, ...rest });
  const server = createServer(kubeletApiServerLimits, handler.handleRequest);
  server.on('upgrade', handler.handleUpgrade);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const open: StartedApi['open'] = async (path, { method = 'GET', headers = {} } = {}) => {
    const request = sendRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };
  return {
    url,
    handler,
    questions,
    open,
    get: async (path, { body, ...request } = {}) => {
      const sent = sendRequest({ host: '127.0.0.1', port, path, agent: false, ...request });
      sent.end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      return { status: response.statusCode ?? 0, headers: response.headers, body: await readText(response) };
    },
    connect: async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** @throws when the connection breaks off before the end. */
export async function readText(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

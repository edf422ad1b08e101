import type { IncomingMessage } from 'node:http';
import type { Logger } from '../provider/logger.ts';
import { abortable } from '../work/abortable.ts';
import type { ApiCall, ApiServices } from './api-call.ts';
import { HttpError } from './errors/http-error.ts';
import { NodeStoppingError } from './errors/node-stopping-error.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { ServedNodes } from './kubelet-api-handler.ts';
import type { KubeletNode } from './kubelet-node.ts';
import type { RequestAccess } from './request-access.ts';
import { accessQuestion } from './routing/access-question.ts';
import type { AskedRoute, FoundRoute } from './routing/find-route.ts';
import type { Route } from './routing/route.ts';

export interface AdmitOptions {
  readonly serves: ServedNodes;
  readonly access: RequestAccess;
  readonly log: Logger;
  readonly services: ApiServices;
}

/**
 * Asks whether the request is allowed, before anything else is said about it, and then whether it can be served.
 *
 * @throws HttpError with what to answer.
 */
export async function admit(
  request: IncomingMessage,
  { target, found }: AskedRoute,
  exchange: Exchange,
  options: AdmitOptions,
): Promise<ApiCall> {
  const { serves, access } = options;
  const node = nodeOf(serves, found);
  const method = request.method ?? '';
  const question = { nodeName: node?.name ?? '', ...accessQuestion(found?.route, method) };
  exchange.signal.throwIfAborted();
  const decision = await abortable(access.decide(request, question, exchange.signal), exchange.signal);
  exchange.signal.throwIfAborted();
  if (!decision.allowed) throw new HttpError(decision.status, decision.message);
  if (exchange.stopping.aborted) throw new NodeStoppingError();
  if (target === undefined) throw new HttpError(400, 'the path is not spelled plainly');
  if (found === undefined) throw new HttpError(404, '404 page not found');
  const { route } = found;
  if (!(route.methods as readonly string[]).includes(method)) {
    throw new HttpError(405, '405: Method Not Allowed', { headers: { Allow: route.methods.join(', ') } });
  }
  if (node === undefined) throw new HttpError(404, absentNode(serves, found));
  const lacking = missingCapability(route, node);
  if (lacking !== undefined) throw new HttpError(501, `the provider of node ${node.name} has no ${lacking}`);
  const log = options.log.with({ node: node.name, route: found.name, user: decision.user.username });
  return { request, exchange, found, query: target.query, node, log, services: options.services };
}

function nodeOf(serves: ServedNodes, found: FoundRoute | undefined): KubeletNode | undefined {
  if ('node' in serves) return serves.node;
  const { namespace, pod } = found?.parameters ?? {};
  return namespace === undefined || pod === undefined ? undefined : serves.nodeOfPod(namespace, pod);
}

function absentNode(serves: ServedNodes, { parameters: { pod } }: FoundRoute): string {
  if ('node' in serves || pod !== undefined) return `pod "${pod}" does not exist`;
  return 'this address serves the pods of many nodes, so it has no routes of a single node';
}

function missingCapability({ needs }: Route, { capabilities }: KubeletNode): string | undefined {
  const missing = needs.find((need) =>
    typeof need === 'string' ? !capabilities[need] : !need.some((name) => capabilities[name]),
  );
  return typeof missing === 'string' ? missing : missing?.join(' or ');
}

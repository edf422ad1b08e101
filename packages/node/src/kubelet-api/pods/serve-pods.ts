import type { ServerResponse } from 'node:http';
import { podOfBackend } from './pod-of-backend.ts';
import type { ApiCall } from '../api-call.ts';
import { sendJson } from '../answers.ts';
import type { Pod } from '../../provider/wire.ts';

/** `/pods`: what is bound to the node, with the newest status known here. */
export async function servePods({ node }: ApiCall, response: ServerResponse): Promise<void> {
  sendJson(response, podList(node.pods()));
}

/** `/runningpods/`: what the backend has, whether or not the API knows of it. */
export async function serveRunningPods(call: ApiCall, response: ServerResponse): Promise<void> {
  const { node, services, exchange } = call;
  const { provider } = node;
  const pods = await services.providerCalls.run({ method: 'getPods' }, exchange, (context) =>
    provider.getPods(context),
  );
  sendJson(response, podList(pods.map((pod) => podOfBackend(pod, node))));
}

function podList(items: readonly Pod[]): object {
  return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
}

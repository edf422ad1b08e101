import { setImmediate } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { Pod } from '../../provider/wire.ts';
import type { ApiCall } from '../api-call.ts';
import { writeHead } from '../answers.ts';
import { ResponseWriter } from '../response-writer.ts';
import { podOfBackend } from './pod-of-backend.ts';

/** `/pods`: what is bound to the node, with the newest status known here. */
export async function servePods(call: ApiCall, response: ServerResponse): Promise<void> {
  await sendPodList(call, response, call.node.pods(), (pod) => pod);
}

/** `/runningpods/`: what the backend has, whether or not the API knows of it. */
export async function serveRunningPods(call: ApiCall, response: ServerResponse): Promise<void> {
  const { node, services, exchange } = call;
  const { provider } = node;
  const pods = await services.providerCalls.run({ method: 'getPods' }, exchange, (context) =>
    provider.getPods(context),
  );
  await sendPodList(call, response, pods, (pod) => podOfBackend(pod, node));
}

/** So many pods are written down in one turn of the event loop: a few milliseconds of work. */
const podsPerTurn = 100;

/** A v1 PodList, written in parts: ten thousand pods are held neither as one text, nor for a client that reads slowly. */
async function sendPodList<Item>(
  { exchange }: ApiCall,
  response: ServerResponse,
  pods: readonly Item[],
  podOf: (item: Item) => Pod,
): Promise<void> {
  writeHead(response, 200, 'application/json');
  const writer = new ResponseWriter(response);
  const write = async (text: string): Promise<void> => writer.write(Buffer.from(text), exchange.signal);
  await write('{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[');
  for (let first = 0; first < pods.length; first += podsPerTurn) {
    if (first > 0) await setImmediate();
    const items = pods.slice(first, first + podsPerTurn).map((item) => JSON.stringify(podOf(item)));
    await write(`${first > 0 ? ',' : ''}${items.join(',')}`);
  }
  await write(']}');
  writer.flush();
  response.end();
}

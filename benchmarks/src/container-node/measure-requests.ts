import { readFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import type { Cluster } from './cluster.ts';
import { quantile, type Figure } from './figures.ts';

interface NodeStatus {
  readonly status: {
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly daemonEndpoints: { readonly kubeletEndpoint: { readonly Port: number } };
  };
}

const seconds = 5;
const connections = 16;

/** Requests per second of one that is authenticated by certificate and authorised: `/healthz/ping`, at the node itself. */
export async function measureRequests(cluster: Cluster, certificate: string, key: string): Promise<Figure[]> {
  const path = `/api/v1/nodes/${cluster.node}`;
  const { status } = await cluster.client.request<NodeStatus>({
    verb: 'get',
    method: 'GET',
    path,
    signal: cluster.signal,
  });
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    cert: await readFile(certificate),
    key: await readFile(key),
    // The serving certificate of a node on the rig may be signed by itself: the figure is about the requests.
    rejectUnauthorized: false,
  });
  const host = status.addresses.find(({ type }) => type === 'InternalIP')?.address;
  if (host === undefined) throw new Error(`node ${cluster.node} has no InternalIP`);
  const options: RequestOptions = {
    host,
    port: status.daemonEndpoints.kubeletEndpoint.Port,
    path: '/healthz/ping',
    agent,
  };
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) times.push(await timeOf(options));
    }),
  );
  agent.destroy();
  return [
    { name: 'authorised GET', unit: 'requests/s', value: times.length / seconds },
    { name: 'authorised GET, p99', unit: 'ms', value: quantile(times, 0.99) },
  ];
}

function timeOf(options: RequestOptions): Promise<number> {
  const beganAt = performance.now();
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`the node answered ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - beganAt));
    })
      .once('error', reject)
      .end();
  });
}

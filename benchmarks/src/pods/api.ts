import { createKubeClient, loadKubeConfig, systemClock, type KubeClient } from '@vk/node';

/** What the API server says of itself. */
export interface Served {
  /** Requests, by verb, resource and subresource, for example `PATCH pods/status`. */
  readonly requests: ReadonlyMap<string, number>;
  /** Processor time of its process. */
  readonly cpuSeconds: number;
}

/** What the benchmark itself needs of the API server. It shares no process with a subject. */
export interface Api {
  readonly client: KubeClient;
  createNode(name: string, annotations: Readonly<Record<string, string>>): Promise<void>;
  deleteNode(name: string): Promise<void>;
  createPod(node: string, name: string): Promise<void>;
  deletePod(name: string): Promise<void>;
  served(): Promise<Served>;
  close(): Promise<void>;
}

const pods = '/api/v1/namespaces/default/pods';

export async function openApi(kubeconfig: string): Promise<Api> {
  const cluster = await loadKubeConfig({ path: kubeconfig, environment: {} });
  const client = createKubeClient({ cluster, clock: systemClock, userAgent: 'vk-benchmark' });
  const { signal } = new AbortController();
  const timeoutMilliseconds = 120_000;
  return {
    client,
    async createNode(name, annotations) {
      const ready = { type: 'Ready', status: 'True', reason: 'Benchmark', message: 'made by the benchmark' };
      const capacity = { cpu: '1000', memory: '1000Gi', pods: '100000' };
      await client.request({
        verb: 'create',
        method: 'POST',
        path: '/api/v1/nodes',
        body: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name, annotations },
          status: { capacity, allocatable: capacity, conditions: [ready] },
        },
        signal,
      });
    },
    async deleteNode(name) {
      await client.request({ verb: 'delete', method: 'DELETE', path: `/api/v1/nodes/${name}`, signal });
    },
    async createPod(node, name) {
      const spec = {
        nodeName: node,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name: 'main', image: 'localhost/busybox:1' }],
      };
      await client.request({
        verb: 'create',
        method: 'POST',
        path: pods,
        body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec },
        signal,
        timeoutMilliseconds,
      });
    },
    async deletePod(name) {
      await client.request({
        verb: 'delete',
        method: 'DELETE',
        path: `${pods}/${name}`,
        body: {},
        signal,
        timeoutMilliseconds,
      });
    },
    async served() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await client.stream({
        verb: 'get',
        method: 'GET',
        path: '/metrics',
        accept: 'text/plain',
        signal,
      }))
        chunks.push(chunk);
      const metrics = Buffer.concat(chunks).toString();
      const cpuSeconds = Number(/^process_cpu_seconds_total (\S+)$/m.exec(metrics)?.[1]);
      return { requests: countRequests(metrics), cpuSeconds };
    },
    close: () => client.close(),
  };
}

/** Sums `apiserver_request_total` over everything but verb, resource and subresource. */
function countRequests(metrics: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of metrics.split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    const label = (name: string): string => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '';
    const subresource = label('subresource');
    const key = `${label('verb')} ${label('resource')}${subresource === '' ? '' : `/${subresource}`}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)));
  }
  return counts;
}

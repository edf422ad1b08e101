import { afterEach, expect, test } from 'vitest';
import { Unsupported } from '../../provider/errors/unsupported.ts';
import type { Provider } from '../../provider/provider.ts';
import type { StatsSummary } from '../../provider/statistics.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { startApi, type StartedApi } from '../testing/start-api.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(provider: Partial<Provider>): Promise<StartedApi> {
  const api = await startApi({ node: sampleNode({ provider }) });
  stops.push(api.stop);
  return api;
}

const time = '2026-01-01T00:01:00Z';
const at = Date.parse(time);
const podRef = { namespace: 'default', name: 'web', uid: 'uid-of-web' };

/** Everything that the contract has. */
const full: StatsSummary = {
  node: {
    startTime: '2026-01-01T00:00:00Z',
    cpu: { time, usageNanoCores: 250_000_000, usageCoreNanoSeconds: 90_500_000_000 },
    memory: {
      time,
      workingSetBytes: 1_000,
      usageBytes: 2_000,
      rssBytes: 3,
      availableBytes: 4,
      pageFaults: 5,
      majorPageFaults: 6,
    },
    swap: { time, swapUsageBytes: 7, swapAvailableBytes: 8 },
    network: { time, name: 'eth0', rxBytes: 1, txBytes: 2, interfaces: [{ name: 'eth0', rxBytes: 1, rxErrors: 0 }] },
    fs: { time, capacityBytes: 100, usedBytes: 10 },
    runtime: { imageFs: { time, usedBytes: 11 }, containerFs: { time, usedBytes: 12 } },
    processes: { time, maximum: 100, running: 3 },
  },
  pods: [
    {
      podRef,
      startTime: '2026-01-01T00:00:10Z',
      cpu: { time, usageCoreNanoSeconds: 2_000_000_000 },
      memory: { time, workingSetBytes: 500 },
      swap: { time, swapUsageBytes: 1 },
      network: { time, name: 'eth0', rxBytes: 9 },
      volumes: [{ name: 'data', time, usedBytes: 5, pvcRef: { name: 'claim', namespace: 'default' } }],
      ephemeralStorage: { time, usedBytes: 77, inodesUsed: 3 },
      processCount: 4,
      containers: [
        {
          name: 'app',
          startTime: '2026-01-01T00:00:20.5Z',
          cpu: { time, usageCoreNanoSeconds: 1_500_000_000 },
          memory: { time, workingSetBytes: 400 },
          swap: { time, swapUsageBytes: 2, swapAvailableBytes: 3 },
          rootfs: { time, usedBytes: 20 },
          logs: { time, usedBytes: 21 },
        },
      ],
    },
  ],
};

/** As little as a provider may know. */
const bare: StatsSummary = {
  node: { startTime: '2026-01-01T00:00:00Z' },
  pods: [{ podRef, startTime: '', containers: [{ name: 'app', startTime: '' }] }],
};

async function lines(api: StartedApi): Promise<string[]> {
  const answer = await api.get('/metrics/resource');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('/stats/summary has every figure under the name that stats/v1alpha1 has for it', async () => {
  const { get } = await start({ getStatsSummary: async () => full });
  const answer = await get('/stats/summary');
  expect(answer.headers['content-type']).toBe('application/json');
  const { node, pods } = full;
  const [pod] = pods;
  expect(JSON.parse(answer.body)).toEqual({
    node: {
      nodeName: 'node-1',
      startTime: node.startTime,
      cpu: node.cpu,
      memory: node.memory,
      swap: node.swap,
      network: node.network,
      fs: node.fs,
      runtime: node.runtime,
      rlimit: { time, maxpid: 100, curproc: 3 },
    },
    pods: [
      {
        podRef: { name: 'web', namespace: 'default', uid: 'uid-of-web' },
        startTime: pod?.startTime,
        cpu: pod?.cpu,
        memory: pod?.memory,
        swap: pod?.swap,
        network: pod?.network,
        volume: pod?.volumes,
        'ephemeral-storage': pod?.ephemeralStorage,
        process_stats: { process_count: 4 },
        containers: pod?.containers,
      },
    ],
  });
});

test('a figure that the provider does not know is absent, not 0', async () => {
  const { get } = await start({ getStatsSummary: async () => bare });
  expect(JSON.parse((await get('/stats/summary')).body)).toEqual({
    node: { nodeName: 'node-1', startTime: bare.node.startTime },
    pods: [{ podRef, startTime: '', containers: [{ name: 'app', startTime: '' }] }],
  });
});

test('?only_cpu_and_memory=true leaves out everything else', async () => {
  const { get } = await start({ getStatsSummary: async () => full });
  const { body } = await get('/stats/summary?only_cpu_and_memory=true', { method: 'POST' });
  const { node, pods } = JSON.parse(body) as { node: object; pods: { containers: object[] }[] };
  expect(Object.keys(node)).toEqual(['nodeName', 'startTime', 'cpu', 'memory', 'swap']);
  expect(Object.keys(pods[0] ?? {})).toEqual(['podRef', 'startTime', 'containers', 'cpu', 'memory', 'swap']);
  expect(Object.keys(pods[0]?.containers[0] ?? {})).toEqual(['name', 'startTime', 'cpu', 'memory', 'swap']);
});

test('statistics that cannot be had are an error, and not an empty summary', async () => {
  const { get } = await start({ getStatsSummary: () => Promise.reject(new Unsupported('not in this region')) });
  expect(await get('/stats/summary')).toMatchObject({ status: 501, body: 'not in this region\n' });
});

test('/metrics/resource is derived from the summary, with the times of the figures', async () => {
  const api = await start({ getStatsSummary: async () => full });
  expect(await lines(api)).toEqual([
    `container_cpu_usage_seconds_total{container="app",pod="web",namespace="default"} 1.5 ${at}`,
    `container_memory_working_set_bytes{container="app",pod="web",namespace="default"} 400 ${at}`,
    `container_start_time_seconds{container="app",pod="web",namespace="default"} ${Date.UTC(2026, 0, 1, 0, 0, 20, 500) / 1_000}`,
    `container_swap_limit_bytes{container="app",pod="web",namespace="default"} 5 ${at}`,
    `container_swap_usage_bytes{container="app",pod="web",namespace="default"} 2 ${at}`,
    `node_cpu_usage_seconds_total 90.5 ${at}`,
    `node_memory_working_set_bytes 1000 ${at}`,
    `node_swap_usage_bytes 7 ${at}`,
    `pod_cpu_usage_seconds_total{namespace="default",pod="web"} 2 ${at}`,
    `pod_memory_working_set_bytes{namespace="default",pod="web"} 500 ${at}`,
    `pod_swap_usage_bytes{namespace="default",pod="web"} 1 ${at}`,
    'resource_scrape_error 0',
    'scrape_error 0',
  ]);
});

test('the second label of every pod and container family is the pod, for those who read it by its place', async () => {
  const api = await start({ getStatsSummary: async () => full });
  const labelled = (await lines(api)).filter((line) => line.includes('{'));
  expect(labelled.length).toBeGreaterThan(5);
  for (const line of labelled) expect(/\{[^,]+,([^,}]+)/.exec(line)?.[1], line).toBe('pod="web"');
});

test('a figure that the provider does not know has no sample', async () => {
  const api = await start({ getStatsSummary: async () => bare });
  expect(await lines(api)).toEqual(['resource_scrape_error 0', 'scrape_error 0']);
});

test('a provider with families of its own is asked for those, and not for a summary', async () => {
  const family = {
    name: 'node_cpu_usage_seconds_total',
    help: 'CPU',
    type: 'counter' as const,
    samples: [{ labels: {}, value: 3, timestamp: at }],
  };
  const api = await start({
    getMetricsResource: async () => [family, { ...family, name: 'scrape_error', type: 'gauge' as const }],
    getStatsSummary: () => Promise.reject(new Error('not asked')),
  });
  expect(await lines(api)).toEqual([
    `node_cpu_usage_seconds_total 3 ${at}`,
    'resource_scrape_error 0',
    'scrape_error 0',
  ]);
});

test('figures that cannot be had are told as a scrape error, as the kubelet tells it', async () => {
  const api = await start({ getStatsSummary: () => Promise.reject(new Error('backend away')) });
  expect(await lines(api)).toEqual(['resource_scrape_error 1', 'scrape_error 1']);
});

test.each([
  ['/metrics/cadvisor', 'getContainerMetrics'],
  ['/metrics/probes', 'getProbeMetrics'],
])('%s is what the provider gives by %s', async (path, method) => {
  const samples = [{ labels: { container: 'app' }, value: 1 }];
  const { get } = await start({ [method]: async () => [{ name: 'm', help: 'M', type: 'gauge', samples }] });
  expect(await get(path)).toMatchObject({
    status: 200,
    body: '# HELP m M\n# TYPE m gauge\nm{container="app"} 1\n',
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
});

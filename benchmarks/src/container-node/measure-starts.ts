import { watchPods } from '../pods/pod-watcher.ts';
import { usageOf } from '../pods/process-usage.ts';
import { createPod, deletePod, type Cluster } from './cluster.ts';
import { quantile, type Figure } from './figures.ts';

const command = ['sleep', '3600'];

/** From POST to Running as a watcher sees it: pods one after the other, then all at once, then their deletion. */
export async function measureStarts(cluster: Cluster, single: number, burst: number): Promise<Figure[]> {
  const watcher = await watchPods(cluster.client, cluster.node);
  const postedAt = new Map<string, number>();
  const start = async (name: string): Promise<void> => {
    postedAt.set(name, performance.now());
    await createPod(cluster, name, command);
  };
  const latencies = (names: readonly string[]): number[] =>
    names.map((name) => (watcher.running.get(name) ?? Number.NaN) - (postedAt.get(name) ?? Number.NaN));
  try {
    await start('warm-up');
    await watcher.until('running', 1);
    const runtimeBefore = await runtimeMilliseconds(cluster);
    const singles = Array.from({ length: single }, (_, index) => `single-${index}`);
    for (const [index, name] of singles.entries()) {
      await start(name);
      await watcher.until('running', 2 + index);
    }
    const inRuntime = ((await runtimeMilliseconds(cluster)) - runtimeBefore) / single;
    const total = mean(latencies(singles));
    const before = usageOf(cluster.pid);
    const bursts = Array.from({ length: burst }, (_, index) => `burst-${index}`);
    const beganAt = performance.now();
    await Promise.all(bursts.map(start));
    await watcher.until('running', 1 + single + burst);
    const burstSeconds = (performance.now() - beganAt) / 1000;
    const after = usageOf(cluster.pid);
    const deletionAt = performance.now();
    await Promise.all(bursts.map((name) => deletePod(cluster, name)));
    await watcher.until('gone', burst);
    const deletionSeconds = (performance.now() - deletionAt) / 1000;
    const ended = usageOf(cluster.pid);
    await Promise.all(['warm-up', ...singles].map((name) => deletePod(cluster, name)));
    await watcher.until('gone', 1 + single + burst);
    const seconds = (name: string, value: number): Figure => ({ name, unit: 's', value });
    const milliseconds = (name: string, value: number): Figure => ({ name, unit: 'ms', value });
    return [
      milliseconds('one pod, POST to Running, p50', quantile(latencies(singles), 0.5)),
      milliseconds('one pod, POST to Running, p99', quantile(latencies(singles), 0.99)),
      milliseconds('one pod, in the runtime, mean', inRuntime),
      milliseconds('one pod, besides the runtime, mean', total - inRuntime),
      milliseconds(`${burst} pods at once, p50`, quantile(latencies(bursts), 0.5)),
      milliseconds(`${burst} pods at once, p99`, quantile(latencies(bursts), 0.99)),
      { name: `${burst} pods at once`, unit: 'pods/s', value: burst / burstSeconds },
      { name: `${burst} pods deleted`, unit: 'pods/s', value: burst / deletionSeconds },
      seconds(`processor time, ${burst} pods started`, after.cpuSeconds - before.cpuSeconds),
      seconds(`processor time, ${burst} pods deleted`, ended.cpuSeconds - after.cpuSeconds),
      { name: 'peak resident memory, pods', unit: 'MiB', value: ended.peakMebibytes },
    ];
  } finally {
    await watcher.stop();
  }
}

/** What the process has spent so far in the calls that a pod's start is made of, by its own metrics. */
async function runtimeMilliseconds({ client, node, signal }: Cluster): Promise<number> {
  const path = `/api/v1/nodes/${node}/proxy/metrics`;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await client.stream({ verb: 'get', method: 'GET', path, accept: 'text/plain', signal }))
    chunks.push(chunk);
  let seconds = 0;
  for (const line of Buffer.concat(chunks).toString().split('\n')) {
    if (startCalls.test(line)) seconds += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return seconds * 1000;
}

const startCalls = new RegExp(
  [
    '^virtual_kubelet_pod_step_duration_seconds_sum\\{step="(?:create-sandbox|create-container|start-container)"\\}',
    '^kubelet_runtime_operations_duration_seconds_sum\\{operation_type="(?:run_podsandbox|create_container|start_container)"\\}',
  ].join('|'),
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

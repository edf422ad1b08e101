import { watchPods } from '../pods/pod-watcher.ts';
import { forgetPeak, usageOf } from '../pods/process-usage.ts';
import { createPod, deletePod, type Cluster } from './cluster.ts';
import { mean, quantile, type Figure } from './figures.ts';
import { measureApiAlone } from './measure-api-alone.ts';
import { runtimeMilliseconds } from './runtime-time.ts';

const command = ['sleep', '3600'];

export interface StartOptions {
  /** Pods one after the other. */
  readonly single: number;
  /** Pods at once. */
  readonly burst: number;
  /** Where containerd serves its metrics; without it nothing is said of what the runtime takes. */
  readonly runtimeMetrics: string | undefined;
}

/** From POST to Running as a watcher sees it: pods one after the other, then all at once, then their deletion. */
export async function measureStarts(
  cluster: Cluster,
  { single, burst, runtimeMetrics }: StartOptions,
): Promise<Figure[]> {
  const inRuntime = (): Promise<number> =>
    runtimeMetrics === undefined ? Promise.resolve(Number.NaN) : runtimeMilliseconds(runtimeMetrics);
  forgetPeak(cluster.pid);
  const apiAlone = await measureApiAlone(cluster, single);
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
    const runtimeBefore = await inRuntime();
    const singles = Array.from({ length: single }, (_, index) => `single-${index}`);
    for (const [index, name] of singles.entries()) {
      await start(name);
      await watcher.until('running', 2 + index);
    }
    const ofRuntime = ((await inRuntime()) - runtimeBefore) / single;
    const besides = mean(latencies(singles)) - ofRuntime;
    // Room for the burst on a node that takes 110 pods.
    await Promise.all(singles.map((name) => deletePod(cluster, name)));
    await watcher.until('gone', single);
    const before = usageOf(cluster.pid);
    const bursts = Array.from({ length: burst }, (_, index) => `burst-${index}`);
    const beganAt = performance.now();
    await Promise.all(bursts.map(start));
    await watcher.until('running', 1 + single + burst);
    const burstSeconds = (performance.now() - beganAt) / 1000;
    const after = usageOf(cluster.pid);
    const deletionAt = performance.now();
    await Promise.all(bursts.map((name) => deletePod(cluster, name)));
    await watcher.until('gone', single + burst);
    const deletionSeconds = (performance.now() - deletionAt) / 1000;
    const ended = usageOf(cluster.pid);
    await deletePod(cluster, 'warm-up');
    await watcher.until('gone', 1 + single + burst);
    const seconds = (name: string, value: number): Figure => ({ name, unit: 's', value });
    const milliseconds = (name: string, value: number): Figure => ({ name, unit: 'ms', value });
    return [
      milliseconds('one pod, POST to Running, p50', quantile(latencies(singles), 0.5)),
      milliseconds('one pod, POST to Running, p99', quantile(latencies(singles), 0.99)),
      milliseconds('one pod, in the runtime, mean', ofRuntime),
      milliseconds('one pod, besides the runtime, mean', besides),
      milliseconds('one pod, in the API server alone, mean', apiAlone),
      milliseconds('one pod, in the node itself, mean', besides - apiAlone),
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

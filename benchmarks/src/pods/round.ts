import type { Api } from './api.ts';
import { watchPods } from './pod-watcher.ts';
import { usageOf } from './process-usage.ts';
import { start, type Subject } from './subject.ts';

/** One subject, once. Times are milliseconds, rates per second. */
export interface Round {
  readonly subject: string;
  readonly runningPerSecond: number;
  readonly deletedPerSecond: number;
  /** From the answer to the POST to the first sight of Running by a watcher of its own. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number };
  readonly cpuSecondsToRunning: number;
  readonly cpuSecondsToDeleted: number;
  /** What the API server's process took meanwhile, by its own word. */
  readonly apiServerCpuSecondsToRunning: number;
  readonly apiServerCpuSecondsToDeleted: number;
  /** The highest resident set of the subject until all pods were Running. */
  readonly peakMebibytesToRunning: number;
  /** The same, until all were deleted. */
  readonly peakMebibytes: number;
  /** Writes of the subject per pod, by kind: what the API server served, less what the benchmark asked for itself. */
  readonly writesPerPod: Readonly<Record<string, number>>;
}

const creators = 64;

export async function runRound(api: Api, subject: Subject, kubeconfig: string, pods: number): Promise<Round> {
  const node = `bench-${process.pid}`;
  if (subject.node !== undefined) await api.createNode(node, subject.node.annotations);
  const watcher = await watchPods(api.client, node);
  const process_ = start(subject, node, kubeconfig);
  try {
    // The subject is warm when its first pod runs.
    await api.createPod(node, 'warm-up');
    await Promise.race([watcher.until('running', 1), process_.failed]);

    const servedBefore = await api.served();
    const idle = usageOf(process_.pid);
    const created = new Map<string, number>();
    const beganAt = performance.now();
    await inParallel(pods, async (index) => {
      await api.createPod(node, `pod-${index}`);
      created.set(`pod-${index}`, performance.now());
    });
    await watcher.until('running', pods + 1);
    const runningFor = performance.now() - beganAt;
    const afterRunning = usageOf(process_.pid);
    const servedToRunning = await api.served();

    const deletionAt = performance.now();
    await inParallel(pods, (index) => api.deletePod(`pod-${index}`));
    await watcher.until('gone', pods);
    const deletedFor = performance.now() - deletionAt;
    const afterDeleted = usageOf(process_.pid);
    const servedToDeleted = await api.served();
    const served = difference(servedToDeleted.requests, servedBefore.requests);

    await api.deletePod('warm-up');
    await watcher.until('gone', pods + 1);
    return {
      subject: subject.name,
      runningPerSecond: (pods / runningFor) * 1000,
      deletedPerSecond: (pods / deletedFor) * 1000,
      latency: quantiles([...created].map(([name, at]) => Math.max(0, (watcher.running.get(name) ?? Number.NaN) - at))),
      cpuSecondsToRunning: afterRunning.cpuSeconds - idle.cpuSeconds,
      cpuSecondsToDeleted: afterDeleted.cpuSeconds - afterRunning.cpuSeconds,
      apiServerCpuSecondsToRunning: servedToRunning.cpuSeconds - servedBefore.cpuSeconds,
      apiServerCpuSecondsToDeleted: servedToDeleted.cpuSeconds - servedToRunning.cpuSeconds,
      peakMebibytesToRunning: afterRunning.peakMebibytes,
      peakMebibytes: afterDeleted.peakMebibytes,
      writesPerPod: writesPerPod(served, pods),
    };
  } finally {
    await process_.stop();
    await watcher.stop();
    if (subject.node !== undefined) await api.deleteNode(node);
  }
}

async function inParallel(count: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: creators }, async () => {
      while (next < count) await task(next++);
    }),
  );
}

function difference(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...after].map(([key, count]) => [key, count - (before.get(key) ?? 0)]));
}

function writesPerPod(served: ReadonlyMap<string, number>, pods: number): Record<string, number> {
  const own: Readonly<Record<string, number>> = { 'POST pods': pods, 'DELETE pods': pods };
  const kinds = [
    'POST pods',
    'PATCH pods',
    'PATCH pods/status',
    'PUT pods/status',
    'DELETE pods',
    'POST events',
    'PATCH events',
  ];
  return Object.fromEntries(
    kinds
      .map((kind) => [kind, ((served.get(kind) ?? 0) - (own[kind] ?? 0)) / pods] as const)
      .filter(([, perPod]) => perPod > 0.001),
  );
}

function quantiles(values: readonly number[]): Round['latency'] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (quantile: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

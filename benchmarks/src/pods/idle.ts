import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from './api.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { watchPods } from './pod-watcher.ts';
import { residentMebibytes, usageOf } from './process-usage.ts';
import { start, type Subject } from './subject.ts';

/** What one subject asks for and takes while its node has one pod and nothing happens. */
export interface Idle {
  readonly subject: string;
  readonly minutes: number;
  readonly callsPerMinute: number;
  readonly callsPerMinuteByKind: Readonly<Record<string, number>>;
  readonly cpuSecondsPerMinute: number;
  readonly residentMebibytes: number;
}

/** What a start still has to do, before it counts as idle. */
const settlingMilliseconds = 20_000;

export async function measureIdle(api: Api, subject: Subject, kubeconfig: string, minutes: number): Promise<Idle> {
  const node = `bench-${process.pid}`;
  const proxy = await startCountingProxy(kubeconfig);
  if (subject.node !== undefined) await api.createNode(node, subject.node.annotations);
  const watcher = await watchPods(api.client, node);
  const process_ = start(subject, node, proxy.kubeconfig);
  try {
    await api.createPod(node, 'idle');
    await Promise.race([watcher.until('running', 1), process_.failed]);
    await Promise.race([wait(settlingMilliseconds), process_.failed]);
    proxy.take();
    const before = usageOf(process_.pid);
    await Promise.race([wait(minutes * 60_000), process_.failed]);
    const counts = [...proxy.take()].toSorted(([, a], [, b]) => b - a);
    const after = usageOf(process_.pid);
    const resident = residentMebibytes(process_.pid);
    await api.deletePod('idle');
    await watcher.until('gone', 1);
    return {
      subject: subject.name,
      minutes,
      callsPerMinute: counts.reduce((sum, [, count]) => sum + count, 0) / minutes,
      callsPerMinuteByKind: Object.fromEntries(counts.map(([kind, count]) => [kind, count / minutes])),
      cpuSecondsPerMinute: (after.cpuSeconds - before.cpuSeconds) / minutes,
      residentMebibytes: resident,
    };
  } finally {
    await process_.stop();
    await watcher.stop();
    if (subject.node !== undefined) await api.deleteNode(node);
    await proxy.close();
  }
}

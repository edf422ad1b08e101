/** The process that is measured: many nodes of the mock provider, which tell of themselves when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeHeapSnapshot } from 'node:v8';
import { createKubeClient, createNodes, loadKubeConfig, systemClock } from '@vk/node';
import { mockProvider } from '@vk/provider-mock';
import { LeaseGaps } from './lease-gaps.ts';
import { LongestTurn } from './longest-turn.ts';
import type { FromNodes, NodesReport, ToNodes } from './report.ts';

const [count = '', kubeconfig = ''] = process.argv.slice(2);
const leaseDurationSeconds = 40;
const gaps = new LeaseGaps(leaseDurationSeconds * 1_000);
const client = createKubeClient({
  cluster: await loadKubeConfig({ path: kubeconfig, environment: {} }),
  clock: systemClock,
  userAgent: 'many-nodes',
  onRequest: ({ verb, path, status }) => {
    if (verb === 'update' && status === 200 && path.includes('/leases/')) gaps.renewed(path);
  },
});
const nodes = createNodes({
  names: Array.from({ length: Number(count) }, (_, index) => `many-${index}`),
  client,
  provider: mockProvider,
  leaseDurationSeconds,
  onExit: 'delete',
  shutdownGraceMilliseconds: 120_000,
});
const turns = new LongestTurn();
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

function tell(message: FromNodes): void {
  process.send?.(message);
}

function report(): NodesReport {
  const eventLoopDelay = { p99Milliseconds: delay.percentile(99) / 1e6, longestMilliseconds: delay.max / 1e6 };
  const longestTurnMilliseconds = turns.take();
  const { rss: residentBytes } = process.memoryUsage();
  globalThis.gc?.();
  turns.skip();
  // The collection that was asked for is nobody's delay.
  setImmediate(() => delay.reset());
  return {
    renewals: gaps.renewals,
    longestGapMilliseconds: gaps.longestMilliseconds,
    late: gaps.late,
    pods: nodes.status().reduce((sum, { pods }) => sum + pods, 0),
    heapBytes: process.memoryUsage().heapUsed,
    residentBytes,
    eventLoopDelay,
    longestTurnMilliseconds,
  };
}

process.on('message', ({ snapshot }: ToNodes) => {
  const figures = report();
  tell({
    kind: 'report',
    report: snapshot === undefined ? figures : { ...figures, snapshot: writeHeapSnapshot(snapshot) },
  });
});
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
// Whoever started it is gone.
process.once('disconnect', () => stop.abort(new Error('disconnected')));
const running = nodes.run(stop.signal);
await nodes.ready;
tell({ kind: 'ready' });
await running;
await client.close();
if (process.connected) process.disconnect();

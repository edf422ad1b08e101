import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openApi } from '../pods/api.ts';
import { usageOf } from '../pods/process-usage.ts';
import { summariseHeap } from './heap-summary.ts';
import { startNodes } from './nodes-subject.ts';
import { doAllRun, readiness } from './readiness.ts';
import { removePods } from './remove-pods.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string', default: process.env['KUBECONFIG'] ?? '' },
    nodes: { type: 'string', default: '2000' },
    pods: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '10' },
    heap: { type: 'string' },
    'heap-summary': { type: 'boolean', default: false },
    output: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.kubeconfig === '') {
  console.log(`Many nodes with many pods in one process, held for some minutes: are all leases in time, and what does it take?

  --kubeconfig FILE   an administrator of a real API server with a controller-manager that nobody else uses ($KUBECONFIG)
  --nodes N           nodes of the mock provider in the process (2000)
  --pods N            pods, spread over the nodes (20000)
  --minutes N         how long all of them are held (10)
  --heap MIB          what the heap of the process may take (without it, V8 goes by the memory of the machine)
  --heap-summary      what the heap holds, by class: takes a snapshot, which stops the process for half a minute
  --output FILE       the figures as JSON`);
  process.exit(values.help ? 0 : 2);
}

const [nodes, pods] = [Number(values.nodes), Number(values.pods)];
const directory = mkdtempSync(join(tmpdir(), 'many-nodes-'));
const api = await openApi(values.kubeconfig);
const heapMebibytes = values.heap === undefined ? undefined : Number(values.heap);
const subject = await startNodes({ count: nodes, kubeconfig: values.kubeconfig, heapMebibytes });
try {
  const empty = await subject.report({});
  console.error(`${nodes} nodes are ready; creating ${pods} pods`);
  let created = 0;
  const createOne = async (): Promise<void> => {
    while (created < pods) {
      const number = created++;
      await api.createPod(`many-${number % nodes}`, `many-${number}`);
    }
  };
  const createdSince = performance.now();
  await Promise.all(Array.from({ length: 32 }, createOne));
  while (!(await doAllRun(api.client))) await wait(2_000);
  const secondsUntilAllRun = (performance.now() - createdSince) / 1_000;
  console.error(`all pods run after ${secondsUntilAllRun.toFixed(0)} s`);
  const cpuSecondsUntilAllRun = usageOf(subject.pid).cpuSeconds;
  let before = cpuSecondsUntilAllRun;
  const cpuSecondsPerMinute: number[] = [];
  for (let minute = 1; minute <= Number(values.minutes); minute++) {
    await wait(60_000);
    const { cpuSeconds } = usageOf(subject.pid);
    cpuSecondsPerMinute.push(cpuSeconds - before);
    console.error(`minute ${minute}: ${(cpuSeconds - before).toFixed(1)} s of processor time`);
    before = cpuSeconds;
  }
  const { ready, running, lost } = await readiness(api.client);
  const { peakMebibytes } = usageOf(subject.pid);
  const { snapshot, ...full } = await subject.report(
    values['heap-summary'] ? { snapshot: join(directory, 'nodes.heapsnapshot') } : {},
  );
  const heap = snapshot === undefined ? [] : summariseHeap(snapshot).slice(0, 25);
  const removedSince = performance.now();
  await removePods(api.client);
  const secondsToRemove = (performance.now() - removedSince) / 1_000;
  let left = full;
  // Not more often: each report collects the heap first, which would help the process.
  while (left.pods > 0) {
    await wait(10_000);
    left = await subject.report({});
  }
  const figures = {
    nodes,
    pods,
    minutes: Number(values.minutes),
    ...(heapMebibytes !== undefined && { heapMebibytes }),
    secondsUntilAllRun,
    cpuSecondsUntilAllRun,
    cpuSecondsPerMinute,
    ready,
    running,
    lost,
    peakMebibytes,
    empty,
    full,
    ...(heap.length > 0 && { heap }),
    afterRemoval: { secondsToRemove, peakMebibytes: usageOf(subject.pid).peakMebibytes, ...left },
  };
  if (values.output !== undefined) writeFileSync(values.output, `${JSON.stringify(figures, null, 2)}\n`);
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  console.table({
    'nodes that are Ready': ready,
    'pods that are Running': running,
    'times that a node was NotReady': lost,
    'renewals of leases': full.renewals,
    'renewals later than the lease lasts': full.late,
    'longest time between two renewals of a lease, s': (full.longestGapMilliseconds / 1_000).toFixed(1),
    'delay of the event loop, p99, ms': full.eventLoopDelay.p99Milliseconds.toFixed(0),
    'delay of the event loop, longest, ms': full.eventLoopDelay.longestMilliseconds.toFixed(0),
    'longest turn of the event loop, processor time, ms': full.longestTurnMilliseconds.toFixed(0),
    'heap with the nodes alone, MiB': mebibytes(empty.heapBytes),
    'heap with the pods too, MiB': mebibytes(full.heapBytes),
    'resident, MiB': mebibytes(full.residentBytes),
    'peak resident, MiB': peakMebibytes.toFixed(0),
    'all pods removed by force, s': secondsToRemove.toFixed(0),
    'renewals later than the lease lasts, removal included': left.late,
    'heap without pods again, MiB': mebibytes(left.heapBytes),
    'peak resident, removal included, MiB': usageOf(subject.pid).peakMebibytes.toFixed(0),
  });
  if (heap.length > 0) console.table(heap.slice(0, 12));
} finally {
  await subject.stop();
  await api.close();
  rmSync(directory, { recursive: true });
}

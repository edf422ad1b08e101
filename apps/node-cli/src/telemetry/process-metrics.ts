import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import type { MetricDefinition, MetricRegistry } from '@vk/node';

const quantiles = [0.5, 0.9, 0.99, 1];

export interface ProcessMetricTable {
  readonly build: MetricDefinition<'version' | 'node_version'>;
  readonly eventLoopDelay: MetricDefinition<'quantile'>;
  readonly cpu: MetricDefinition<never>;
  readonly residentMemory: MetricDefinition<never>;
  readonly startTime: MetricDefinition<never>;
  readonly openFiles: MetricDefinition<never>;
  readonly heapUsed: MetricDefinition<never>;
  readonly heapTotal: MetricDefinition<never>;
  readonly externalMemory: MetricDefinition<never>;
}

/** What the command records of its own process, with the names that Prometheus's client libraries have for them. */
export const processMetricTable: ProcessMetricTable = {
  build: {
    name: 'virtual_kubelet_build_info',
    type: 'gauge',
    help: 'The versions that run, as labels of a 1',
    labels: { version: 'one value per process', node_version: 'one value per process' },
  },
  eventLoopDelay: {
    name: 'virtual_kubelet_event_loop_delay_seconds',
    type: 'gauge',
    help: 'How late timers fired since the metrics were read the last time: quantiles, and the latest as quantile 1',
    labels: { quantile: quantiles.map(String) },
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the process, user and system',
    labels: {},
  },
  residentMemory: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the process',
    labels: {},
  },
  startTime: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process was started, in seconds since the epoch',
    labels: {},
  },
  openFiles: {
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Open files and connections, where the system says (Linux)',
    labels: {},
  },
  heapUsed: {
    name: 'nodejs_heap_size_used_bytes',
    type: 'gauge',
    help: 'Memory of JavaScript objects',
    labels: {},
  },
  heapTotal: {
    name: 'nodejs_heap_size_total_bytes',
    type: 'gauge',
    help: 'Memory that is set aside for JavaScript objects',
    labels: {},
  },
  externalMemory: {
    name: 'nodejs_external_memory_bytes',
    type: 'gauge',
    help: 'Memory outside of the heap that belongs to JavaScript objects, buffers for the most part',
    labels: {},
  },
};

const resolutionMilliseconds = 20;

/** Has the figures of this process read with the metrics, until the function that it gives is called. */
export function readProcessMetrics(registry: MetricRegistry, version: string): () => void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  // Watching it costs a timer: it is watched from when somebody first reads what it shows.
  let watched = false;
  const only = (definition: MetricDefinition<never>, value: () => number): (() => void) =>
    registry.read(definition, () => [[{}, value()]]);
  const table = processMetricTable;
  const stops = [
    registry.read(table.build, () => [[{ version, node_version: process.versions.node }, 1]]),
    registry.read(table.eventLoopDelay, () => {
      if (!watched) delay.enable();
      watched = true;
      const readings = quantiles.map((quantile) => [{ quantile: String(quantile) }, delayAt(delay, quantile)] as const);
      delay.reset();
      return readings;
    }),
    only(table.cpu, () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    only(table.residentMemory, () => process.memoryUsage.rss()),
    only(table.startTime, () => Math.round(performance.timeOrigin) / 1_000),
    registry.read(table.openFiles, () => {
      const count = openFiles();
      return count === undefined ? [] : [[{}, count]];
    }),
    only(table.heapUsed, () => process.memoryUsage().heapUsed),
    only(table.heapTotal, () => process.memoryUsage().heapTotal),
    only(table.externalMemory, () => process.memoryUsage().external),
  ];
  return () => {
    for (const stop of stops) stop();
    delay.disable();
  };
}

/** Node.js counts the interval of its own timer in. */
function delayAt(delay: ReturnType<typeof monitorEventLoopDelay>, quantile: number): number {
  if (delay.count === 0) return 0;
  return Math.max(0, delay.percentile(quantile * 100) / 1e6 - resolutionMilliseconds) / 1_000;
}

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined; // Not Linux, or not allowed: the metric is left out.
  }
}

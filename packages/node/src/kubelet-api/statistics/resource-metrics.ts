import type { ContainerStats, MetricFamily, MetricSample, PodStats, StatsSummary } from '../../provider/statistics.ts';

type Family = Pick<MetricFamily, 'name' | 'help' | 'type'>;

/** The families of the kubelet's `/metrics/resource` that come from figures, in the order of their names. */
const families = {
  containerCpu: {
    name: 'container_cpu_usage_seconds_total',
    type: 'counter',
    help: '[STABLE] Cumulative cpu time consumed by the container in core-seconds',
  },
  containerMemory: {
    name: 'container_memory_working_set_bytes',
    type: 'gauge',
    help: '[STABLE] Current working set of the container in bytes',
  },
  containerStart: {
    name: 'container_start_time_seconds',
    type: 'gauge',
    help: '[STABLE] Start time of the container since unix epoch in seconds',
  },
  containerSwapLimit: {
    name: 'container_swap_limit_bytes',
    type: 'gauge',
    help: '[ALPHA] Current amount of the container swap limit in bytes. Reported only on non-windows systems',
  },
  containerSwap: {
    name: 'container_swap_usage_bytes',
    type: 'gauge',
    help: '[ALPHA] Current amount of the container swap usage in bytes. Reported only on non-windows systems',
  },
  nodeCpu: {
    name: 'node_cpu_usage_seconds_total',
    type: 'counter',
    help: '[STABLE] Cumulative cpu time consumed by the node in core-seconds',
  },
  nodeMemory: {
    name: 'node_memory_working_set_bytes',
    type: 'gauge',
    help: '[STABLE] Current working set of the node in bytes',
  },
  nodeSwap: {
    name: 'node_swap_usage_bytes',
    type: 'gauge',
    help: '[ALPHA] Current swap usage of the node in bytes. Reported only on non-windows systems',
  },
  podCpu: {
    name: 'pod_cpu_usage_seconds_total',
    type: 'counter',
    help: '[STABLE] Cumulative cpu time consumed by the pod in core-seconds',
  },
  podMemory: {
    name: 'pod_memory_working_set_bytes',
    type: 'gauge',
    help: '[STABLE] Current working set of the pod in bytes',
  },
  podSwap: {
    name: 'pod_swap_usage_bytes',
    type: 'gauge',
    help: '[ALPHA] Current amount of the pod swap usage in bytes. Reported only on non-windows systems',
  },
} as const satisfies Readonly<Record<string, Family>>;

type FamilyName = keyof typeof families;
type Figure = readonly [
  family: FamilyName,
  labels: MetricSample['labels'],
  value: number | undefined,
  time?: string | undefined,
];

/** What the kubelet derives from its statistics. A figure that is not known has no sample. */
export function resourceMetrics({ node, pods }: StatsSummary): MetricFamily[] {
  const figures: Figure[] = [
    ['nodeCpu', {}, seconds(node.cpu?.usageCoreNanoSeconds), node.cpu?.time],
    ['nodeMemory', {}, node.memory?.workingSetBytes, node.memory?.time],
    ['nodeSwap', {}, node.swap?.swapUsageBytes, node.swap?.time],
    ...pods.flatMap((pod) => [
      ...pod.containers.flatMap((container) => containerFigures(pod, container)),
      ...podFigures(pod),
    ]),
  ];
  const samples = new Map<FamilyName, MetricSample[]>();
  for (const [family, labels, value, time] of figures) {
    if (value === undefined || !Number.isFinite(value)) continue;
    const timestamp = time === undefined ? Number.NaN : Date.parse(time);
    const sample = { labels, value, ...(Number.isFinite(timestamp) && { timestamp }) };
    const known = samples.get(family);
    if (known === undefined) samples.set(family, [sample]);
    else known.push(sample);
  }
  return (Object.keys(families) as FamilyName[]).flatMap((name) => {
    const taken = samples.get(name);
    return taken === undefined ? [] : [{ ...families[name], samples: taken }];
  });
}

function containerFigures({ podRef }: PodStats, container: ContainerStats): Figure[] {
  const { name, startTime, cpu, memory, swap } = container;
  const labels = { container: name, pod: podRef.name, namespace: podRef.namespace };
  const started = Date.parse(startTime) / 1_000;
  const swapLimit =
    swap?.swapAvailableBytes === undefined ? undefined : swap.swapAvailableBytes + (swap.swapUsageBytes ?? 0);
  return [
    ['containerCpu', labels, seconds(cpu?.usageCoreNanoSeconds), cpu?.time],
    ['containerMemory', labels, memory?.workingSetBytes, memory?.time],
    // Without a time, as in the kubelet: it is told anew each time, however long ago it was.
    ['containerStart', labels, started > 0 ? started : undefined],
    ['containerSwapLimit', labels, swapLimit, swap?.time],
    ['containerSwap', labels, swap?.swapUsageBytes, swap?.time],
  ];
}

function podFigures({ podRef, cpu, memory, swap }: PodStats): Figure[] {
  const labels = { namespace: podRef.namespace, pod: podRef.name };
  return [
    ['podCpu', labels, seconds(cpu?.usageCoreNanoSeconds), cpu?.time],
    ['podMemory', labels, memory?.workingSetBytes, memory?.time],
    ['podSwap', labels, swap?.swapUsageBytes, swap?.time],
  ];
}

function seconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : nanoseconds / 1_000_000_000;
}

/** How the kubelet says, within the metrics, whether they could be read. */
export function scrapeResult(failed: boolean): MetricFamily[] {
  const samples = [{ labels: {}, value: failed ? 1 : 0 }];
  const help = '1 if there was an error while getting container metrics, 0 otherwise';
  return [
    { name: 'resource_scrape_error', type: 'gauge', help: `[STABLE] ${help}`, samples },
    { name: 'scrape_error', type: 'gauge', help: `[ALPHA] (Deprecated since 1.29.0) ${help}`, samples },
  ];
}

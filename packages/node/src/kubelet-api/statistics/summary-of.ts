import type {
  ContainerStats,
  CpuStats,
  MemoryStats,
  NodeStats,
  PodStats,
  StatsSummary,
  SwapStats,
} from '../../provider/statistics.ts';

/** What `?only_cpu_and_memory=true` leaves. */
export interface SummaryOptions {
  readonly nodeName: string;
  readonly onlyCpuAndMemory: boolean;
}

/** The provider's figures as `Summary` of kubelet stats/v1alpha1. A figure that is not there is left out of the JSON. */
export function summaryOf({ node, pods }: StatsSummary, options: SummaryOptions): object {
  return { node: nodeOf(node, options), pods: pods.map((pod) => podOf(pod, options)) };
}

function nodeOf(node: NodeStats, { nodeName, onlyCpuAndMemory }: SummaryOptions): object {
  const { startTime, network, fs, runtime, processes } = node;
  return {
    nodeName,
    startTime,
    ...load(node),
    ...(!onlyCpuAndMemory && {
      network,
      fs,
      runtime,
      rlimit: processes && { time: processes.time, maxpid: processes.maximum, curproc: processes.running },
    }),
  };
}

function podOf(pod: PodStats, options: SummaryOptions): object {
  const { podRef, startTime, containers, network, volumes, ephemeralStorage, processCount } = pod;
  return {
    podRef: { name: podRef.name, namespace: podRef.namespace, uid: podRef.uid },
    startTime,
    containers: containers.map((container) => containerOf(container, options)),
    ...load(pod),
    ...(!options.onlyCpuAndMemory && {
      network,
      volume: volumes,
      'ephemeral-storage': ephemeralStorage,
      process_stats: processCount === undefined ? undefined : { process_count: processCount },
    }),
  };
}

function containerOf(container: ContainerStats, { onlyCpuAndMemory }: SummaryOptions): object {
  const { name, startTime, rootfs, logs } = container;
  return {
    name,
    startTime,
    ...load(container),
    ...(!onlyCpuAndMemory && { rootfs, logs }),
  };
}

interface Load {
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly swap?: SwapStats;
}

function load({ cpu, memory, swap }: Load): Load {
  return { ...(cpu && { cpu }), ...(memory && { memory }), ...(swap && { swap }) };
}

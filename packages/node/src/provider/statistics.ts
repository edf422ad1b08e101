import type { CallContext } from './call-context.ts';
import type { PodRef } from './pod-ref.ts';

/** A figure with the time it was taken, RFC 3339. */
export interface CpuStats {
  readonly time: string;
  readonly usageNanoCores?: number;
  /** Cumulative, since the container or pod started. */
  readonly usageCoreNanoSeconds?: number;
}

export interface MemoryStats {
  readonly time: string;
  readonly workingSetBytes?: number;
  readonly usageBytes?: number;
  readonly rssBytes?: number;
  readonly availableBytes?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
}

export interface SwapStats {
  readonly time: string;
  readonly swapAvailableBytes?: number;
  readonly swapUsageBytes?: number;
}

/** Cumulative, since the interface exists. */
export interface InterfaceStats {
  readonly name: string;
  readonly rxBytes?: number;
  readonly rxErrors?: number;
  readonly txBytes?: number;
  readonly txErrors?: number;
}

/** The default interface, and all of them. */
export interface NetworkStats extends Partial<InterfaceStats> {
  readonly time: string;
  readonly interfaces?: readonly InterfaceStats[];
}

/** A file system: `usedBytes` and `inodesUsed` are what the container, pod or volume uses of it. */
export interface FileSystemStats {
  readonly time: string;
  readonly availableBytes?: number;
  readonly capacityBytes?: number;
  readonly usedBytes?: number;
  readonly inodesFree?: number;
  readonly inodes?: number;
  readonly inodesUsed?: number;
}

export interface VolumeStats extends FileSystemStats {
  /** As in `spec.volumes`. */
  readonly name: string;
  readonly pvcRef?: { readonly name: string; readonly namespace: string };
}

export interface ContainerStats {
  readonly name: string;
  readonly startTime: string;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly swap?: SwapStats;
  readonly rootfs?: FileSystemStats;
  readonly logs?: FileSystemStats;
}

export interface PodStats {
  readonly podRef: PodRef;
  readonly startTime: string;
  readonly containers: readonly ContainerStats[];
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly swap?: SwapStats;
  readonly network?: NetworkStats;
  readonly volumes?: readonly VolumeStats[];
  readonly ephemeralStorage?: FileSystemStats;
  readonly processCount?: number;
}

export interface NodeStats {
  readonly startTime: string;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly swap?: SwapStats;
  readonly network?: NetworkStats;
  readonly fs?: FileSystemStats;
  readonly runtime?: { readonly imageFs?: FileSystemStats; readonly containerFs?: FileSystemStats };
  /** How many processes there may be, and are. */
  readonly processes?: { readonly time: string; readonly maximum?: number; readonly running?: number };
}

/** The figures behind `/stats/summary` (kubelet stats/v1alpha1). What is not known is left out, never 0. */
export interface StatsSummary {
  readonly node: NodeStats;
  readonly pods: readonly PodStats[];
}

/** One sample of a Prometheus metric. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
}

/** One Prometheus metric family. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly MetricSample[];
}

export interface StatsProvider {
  getStatsSummary(call: CallContext): Promise<StatsSummary>;
}

export interface ResourceMetricsProvider {
  /** The families of `/metrics/resource`. Without it the core derives them from `getStatsSummary`. */
  getMetricsResource(call: CallContext): Promise<readonly MetricFamily[]>;
}

export interface ContainerMetricsProvider {
  /** The families of `/metrics/cadvisor`. */
  getContainerMetrics(call: CallContext): Promise<readonly MetricFamily[]>;
}

export interface ProbeMetricsProvider {
  /** The families of `/metrics/probes`, for a backend whose probes this process runs. */
  getProbeMetrics(call: CallContext): Promise<readonly MetricFamily[]>;
}

export interface ContainerCheckpointer {
  /** KEP-2008. Resolves with the paths of the archives that were written. */
  checkpointContainer(
    ref: PodRef,
    container: string,
    call: CallContext,
  ): Promise<{ readonly items: readonly string[] }>;
}

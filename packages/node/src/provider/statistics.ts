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
}

export interface ContainerStats {
  readonly name: string;
  readonly startTime: string;
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
}

export interface PodStats {
  readonly podRef: PodRef;
  readonly startTime: string;
  readonly containers: readonly ContainerStats[];
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
}

/** The figures behind `/stats/summary` (kubelet stats/v1alpha1). */
export interface StatsSummary {
  readonly node: { readonly startTime: string; readonly cpu?: CpuStats; readonly memory?: MemoryStats };
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

export interface ContainerCheckpointer {
  /** KEP-2008. Resolves with the paths of the archives that were written. */
  checkpointContainer(
    ref: PodRef,
    container: string,
    call: CallContext,
  ): Promise<{ readonly items: readonly string[] }>;
}

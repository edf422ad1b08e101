import { cpus, freemem, totalmem, uptime } from 'node:os';
import type { Clock, CpuStats, FileSystemStats, MemoryStats, NodeStats, SwapStats } from '@vk/node/provider';
import type { CpuRates } from '../stats/cpu-rates.ts';
import { wireTime } from '../stats/figures.ts';
import { memoryInfo } from './memory-info.ts';
import { networkUsage } from './network-usage.ts';
import { processCounts } from './process-counts.ts';
import { readText } from './read-text.ts';

export interface NodeStatsSources {
  readonly clock: Clock;
  readonly rates: CpuRates;
  /** The file system of the pods' volumes. */
  readonly disk: FileSystemStats | undefined;
  readonly runtime: NonNullable<NodeStats['runtime']>;
}

/** The figures of the host as a whole. */
export async function nodeStats({ clock, rates, disk, runtime }: NodeStatsSources): Promise<NodeStats> {
  const now = clock.now();
  const time = wireTime(now);
  const [memory, faults, devices, routes, processes] = await Promise.all([
    memoryInfo(),
    readText('/proc/vmstat'),
    readText('/proc/net/dev'),
    readText('/proc/net/route'),
    processCounts(),
  ]);
  const interfaces = networkUsage(devices, routes);
  const swap = swapStats(memory, time);
  return {
    startTime: wireTime(now - uptime() * 1000),
    cpu: cpuStats(now, rates),
    memory: memoryStats(memory, faults, time),
    ...(swap !== undefined && { swap }),
    ...(interfaces.length > 0 && { network: { time, ...interfaces[0], interfaces } }),
    ...(disk !== undefined && { fs: disk }),
    runtime,
    ...(processes.maximum > 0 && { processes: { time, ...processes } }),
  };
}

function cpuStats(now: number, rates: CpuRates): CpuStats {
  const used = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const nanoseconds = (milliseconds: number): bigint => BigInt(Math.round(milliseconds)) * 1_000_000n;
  const rate = rates.rateOf('host', nanoseconds(now), nanoseconds(used));
  return {
    time: wireTime(now),
    ...(rate !== undefined && { usageNanoCores: rate }),
    usageCoreNanoSeconds: used * 1_000_000,
  };
}

function memoryStats(memory: ReadonlyMap<string, number>, faults: string, time: string): MemoryStats {
  const availableBytes = memory.get('MemAvailable') ?? freemem();
  const rssBytes = memory.get('AnonPages');
  const pageFaults = countOf('pgfault', faults);
  const majorPageFaults = countOf('pgmajfault', faults);
  return {
    time,
    availableBytes,
    usageBytes: totalmem() - (memory.get('MemFree') ?? freemem()),
    workingSetBytes: totalmem() - availableBytes,
    ...(rssBytes !== undefined && { rssBytes }),
    ...(pageFaults !== undefined && { pageFaults }),
    ...(majorPageFaults !== undefined && { majorPageFaults }),
  };
}

/** Also for a host without swap, as the kubelet has it: 0 of 0. */
function swapStats(memory: ReadonlyMap<string, number>, time: string): SwapStats | undefined {
  const [total, free] = [memory.get('SwapTotal'), memory.get('SwapFree')];
  if (total === undefined || free === undefined) return undefined;
  return { time, swapAvailableBytes: free, swapUsageBytes: total - free };
}

function countOf(name: string, text: string): number | undefined {
  const value = new RegExp(`^${name} (\\d+)$`, 'mu').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

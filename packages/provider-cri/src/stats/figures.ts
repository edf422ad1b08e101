import type {
  CpuStats,
  FileSystemStats,
  InterfaceStats,
  MemoryStats,
  NetworkStats,
  SwapStats,
} from '@vk/node/provider';
import type {
  CpuUsage,
  FilesystemUsage,
  MemoryUsage,
  NetworkInterfaceUsage,
  NetworkUsage,
  SwapUsage,
  UInt64Value,
} from '../generated/api.ts';
import type { CpuRates } from './cpu-rates.ts';

/** The rate is the runtime's own, else from this reading and the one before. */
export function cpuStats(
  id: string,
  { timestamp, usageCoreNanoSeconds, usageNanoCores }: CpuUsage,
  rates: CpuRates,
): CpuStats {
  const total = usageCoreNanoSeconds?.value;
  const given = numberOf(usageNanoCores);
  const rate =
    given !== undefined && given > 0 ? given : total === undefined ? undefined : rates.rateOf(id, timestamp, total);
  return {
    time: timeOf(timestamp),
    ...(rate !== undefined && { usageNanoCores: rate }),
    ...(total !== undefined && { usageCoreNanoSeconds: Number(total) }),
  };
}

export function memoryStats(memory: MemoryUsage): MemoryStats {
  return {
    time: timeOf(memory.timestamp),
    ...defined({
      workingSetBytes: numberOf(memory.workingSetBytes),
      usageBytes: numberOf(memory.usageBytes),
      rssBytes: numberOf(memory.rssBytes),
      availableBytes: numberOf(memory.availableBytes),
      pageFaults: numberOf(memory.pageFaults),
      majorPageFaults: numberOf(memory.majorPageFaults),
    }),
  };
}

export function networkStats({ timestamp, defaultInterface, interfaces }: NetworkUsage): NetworkStats {
  const first = defaultInterface === undefined ? undefined : interfaceStats(defaultInterface);
  return {
    time: timeOf(timestamp),
    ...first,
    interfaces: [...(first === undefined ? [] : [first]), ...interfaces.map(interfaceStats)],
  };
}

function interfaceStats({ name, rxBytes, rxErrors, txBytes, txErrors }: NetworkInterfaceUsage): InterfaceStats {
  return {
    name,
    ...defined({
      rxBytes: numberOf(rxBytes),
      rxErrors: numberOf(rxErrors),
      txBytes: numberOf(txBytes),
      txErrors: numberOf(txErrors),
    }),
  };
}

/** What a container has written, with what its file system has. */
export function writableStats(usage: FilesystemUsage, disk: FileSystemStats | undefined): FileSystemStats {
  return {
    ...disk,
    time: timeOf(usage.timestamp),
    ...defined({ usedBytes: numberOf(usage.usedBytes), inodesUsed: numberOf(usage.inodesUsed) }),
  };
}

export function swapStats({ timestamp, swapAvailableBytes, swapUsageBytes }: SwapUsage): SwapStats {
  return {
    time: timeOf(timestamp),
    ...defined({ swapAvailableBytes: numberOf(swapAvailableBytes), swapUsageBytes: numberOf(swapUsageBytes) }),
  };
}

export function numberOf(value: UInt64Value | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.value);
}

function defined<T extends Record<string, number | undefined>>(values: T): { [Key in keyof T]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: number;
  };
}

function timeOf(nanoseconds: bigint): string {
  return wireTime(Number(nanoseconds / 1_000_000n));
}

/** RFC 3339, in whole seconds as the API has it. */
export function wireTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/u, 'Z');
}

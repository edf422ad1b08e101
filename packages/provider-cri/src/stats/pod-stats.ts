import type {
  ContainerStats,
  CpuStats,
  FileSystemStats,
  InterfaceStats,
  MemoryStats,
  NetworkStats,
  PodRef,
  PodStats,
} from '@vk/node/provider';
import type { RuntimeContainer } from '@vk/node/pod-engine';
import type {
  ContainerStats as CriContainerStats,
  CpuUsage,
  FilesystemUsage,
  MemoryUsage,
  NetworkInterfaceUsage,
  NetworkUsage,
  PodSandboxStats,
  UInt64Value,
} from '../generated/api.ts';
import type { CpuRates } from './cpu-rates.ts';

/** What the figures of a pod are made of. */
export interface PodFigures {
  readonly ref: PodRef;
  readonly startedAt: number;
  readonly sandbox: PodSandboxStats | undefined;
  readonly containers: readonly { readonly run: RuntimeContainer; readonly stats: CriContainerStats }[];
  /** The file system that the containers write to. */
  readonly writable?: FileSystemStats;
}

export function podStats({ ref, startedAt, sandbox, containers, writable }: PodFigures, rates: CpuRates): PodStats {
  const { cpu, memory, network, process } = sandbox?.linux ?? {};
  const id = sandbox?.attributes?.id ?? ref.uid;
  const used = containers.map(({ stats }) => numberOf(stats.writableLayer?.usedBytes) ?? 0);
  const processCount = numberOf(process?.processCount);
  const each = containers.map(({ run, stats }) => containerStats(run, stats, rates, writable));
  const whole = {
    cpu: cpu === undefined ? sumOf(each.map((container) => container.cpu)) : cpuStats(id, cpu, rates),
    memory: memory === undefined ? sumOf(each.map((container) => container.memory)) : memoryStats(memory),
  };
  return {
    podRef: ref,
    startTime: wireTime(startedAt),
    containers: each,
    ...(whole.cpu !== undefined && { cpu: whole.cpu }),
    ...(whole.memory !== undefined && { memory: whole.memory }),
    ...(network !== undefined && { network: networkStats(network) }),
    ...(processCount !== undefined && { processCount }),
    ...(writable !== undefined && {
      ephemeralStorage: { ...writable, usedBytes: used.reduce((total, bytes) => total + bytes, 0) },
    }),
  };
}

/** The sum of what all containers have; undefined when there is none. */
function sumOf<T extends CpuStats | MemoryStats>(each: readonly (T | undefined)[]): T | undefined {
  const known = each.filter((stats) => stats !== undefined);
  const [first] = known;
  if (first === undefined) return undefined;
  const figures = Object.entries(first).map(([key, value]: [string, unknown]) =>
    typeof value === 'number'
      ? [key, known.reduce((sum, stats) => sum + Number(Reflect.get(stats, key) ?? 0), 0)]
      : [key, value],
  );
  return Object.fromEntries(figures) as T;
}

function containerStats(
  run: RuntimeContainer,
  { cpu, memory, writableLayer }: CriContainerStats,
  rates: CpuRates,
  writable: FileSystemStats | undefined,
): ContainerStats {
  return {
    name: run.name,
    startTime: wireTime(run.startedAt ?? run.createdAt),
    ...(cpu !== undefined && { cpu: cpuStats(run.id, cpu, rates) }),
    ...(memory !== undefined && { memory: memoryStats(memory) }),
    ...(writableLayer !== undefined && { rootfs: fileSystemStats(writableLayer, writable) }),
  };
}

function cpuStats(
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

function memoryStats(memory: MemoryUsage): MemoryStats {
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

function networkStats({ timestamp, defaultInterface, interfaces }: NetworkUsage): NetworkStats {
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

/** What a container uses of a file system, with what the file system has. */
function fileSystemStats(usage: FilesystemUsage, whole: FileSystemStats | undefined): FileSystemStats {
  return {
    ...whole,
    time: timeOf(usage.timestamp),
    ...defined({ usedBytes: numberOf(usage.usedBytes), inodesUsed: numberOf(usage.inodesUsed) }),
  };
}

function numberOf(value: UInt64Value | undefined): number | undefined {
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

export function wireTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/u, 'Z');
}

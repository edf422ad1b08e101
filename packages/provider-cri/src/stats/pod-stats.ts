import type {
  ContainerStats,
  CpuStats,
  FileSystemStats,
  MemoryStats,
  PodRef,
  PodStats,
  SwapStats,
} from '@vk/node/provider';
import type { RuntimeContainer } from '@vk/node/pod-engine';
import type { ContainerStats as CriContainerStats, PodSandboxStats } from '../generated/api.ts';
import type { DirectoryUsage } from '../host/directory-usage.ts';
import type { CpuRates } from './cpu-rates.ts';
import { cpuStats, memoryStats, networkStats, numberOf, swapStats, wireTime, writableStats } from './figures.ts';
import type { VolumeFigures } from './volume-meter.ts';

export interface ContainerFigures {
  readonly run: RuntimeContainer;
  readonly stats: CriContainerStats;
  readonly logs?: DirectoryUsage;
  /** The file system that it writes to. */
  readonly disk?: FileSystemStats;
}

/** What the figures of a pod are made of. */
export interface PodFigures {
  readonly ref: PodRef;
  readonly startedAt: number;
  readonly sandbox: PodSandboxStats | undefined;
  readonly containers: readonly ContainerFigures[];
  readonly volumes: readonly VolumeFigures[];
  /** How many processes its cgroup has, where the runtime does not say. */
  readonly processes?: number;
  /** The file system that the logs are on. */
  readonly logDisk?: FileSystemStats;
}

export function podStats(figures: PodFigures, rates: CpuRates): PodStats {
  const { ref, startedAt, sandbox, volumes } = figures;
  const { cpu, memory, network, process } = sandbox?.linux ?? {};
  const id = sandbox?.attributes?.id ?? ref.uid;
  const processCount = numberOf(process?.processCount) ?? figures.processes;
  const containers = figures.containers.map((container) => containerStats(container, figures.logDisk, rates));
  const whole = {
    cpu: cpu === undefined ? sumOf(containers.map((container) => container.cpu)) : cpuStats(id, cpu, rates),
    memory: memory === undefined ? sumOf(containers.map((container) => container.memory)) : memoryStats(memory),
    swap: sumOf(containers.map((container) => container.swap)),
    ephemeralStorage: ephemeralStorage(containers, figures),
  };
  return {
    podRef: ref,
    startTime: wireTime(startedAt),
    containers,
    ...(whole.cpu !== undefined && { cpu: whole.cpu }),
    ...(whole.memory !== undefined && { memory: whole.memory }),
    ...(whole.swap !== undefined && { swap: whole.swap }),
    ...(network !== undefined && { network: networkStats(network) }),
    ...(volumes.length > 0 && { volumes: volumes.map(({ stats }) => stats) }),
    ...(processCount !== undefined && { processCount }),
    ...(whole.ephemeralStorage !== undefined && { ephemeralStorage: whole.ephemeralStorage }),
  };
}

/** What the pod takes of the disk: its containers, their logs, and its volumes that are not in memory. */
function ephemeralStorage(
  containers: readonly ContainerStats[],
  { volumes, logDisk }: PodFigures,
): FileSystemStats | undefined {
  if (logDisk === undefined) return undefined;
  const parts = [
    ...containers.flatMap(({ rootfs, logs }) => [rootfs, logs]),
    ...volumes.map(({ stats, inMemory }) => (inMemory ? undefined : stats)),
  ];
  const sum = (key: 'usedBytes' | 'inodesUsed'): number => parts.reduce((total, part) => total + (part?.[key] ?? 0), 0);
  return { ...logDisk, usedBytes: sum('usedBytes'), inodesUsed: sum('inodesUsed') };
}

function containerStats(
  { run, stats, logs, disk }: ContainerFigures,
  logDisk: FileSystemStats | undefined,
  rates: CpuRates,
): ContainerStats {
  const { cpu, memory, swap, writableLayer } = stats;
  return {
    name: run.name,
    startTime: wireTime(run.startedAt ?? run.createdAt),
    ...(cpu !== undefined && { cpu: cpuStats(run.id, cpu, rates) }),
    ...(memory !== undefined && { memory: memoryStats(memory) }),
    ...(swap !== undefined && { swap: swapStats(swap) }),
    ...(writableLayer !== undefined && { rootfs: writableStats(writableLayer, disk) }),
    ...(logs !== undefined && logDisk !== undefined && { logs: { ...logDisk, ...logs } }),
  };
}

/** The sum of what all containers have; undefined when there is none. */
function sumOf<T extends CpuStats | MemoryStats | SwapStats>(each: readonly (T | undefined)[]): T | undefined {
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

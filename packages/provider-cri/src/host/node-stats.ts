import { cpus, totalmem, uptime } from 'node:os';
import type { Clock, FileSystemStats, NodeStats } from '@vk/node/provider';
import type { CpuRates } from '../stats/cpu-rates.ts';
import { wireTime } from '../stats/pod-stats.ts';
import { availableMemory } from './node-conditions.ts';

/** The figures of the host as a whole. */
export async function nodeStats(clock: Clock, rates: CpuRates, fs: FileSystemStats | undefined): Promise<NodeStats> {
  const now = clock.now();
  const time = wireTime(now);
  const usedMilliseconds = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const rate = rates.rateOf(
    'host',
    BigInt(Math.round(now)) * 1_000_000n,
    BigInt(Math.round(usedMilliseconds)) * 1_000_000n,
  );
  const availableBytes = await availableMemory();
  const usedBytes = totalmem() - availableBytes;
  return {
    startTime: wireTime(now - uptime() * 1000),
    cpu: {
      time,
      ...(rate !== undefined && { usageNanoCores: rate }),
      usageCoreNanoSeconds: usedMilliseconds * 1_000_000,
    },
    memory: { time, availableBytes, usageBytes: usedBytes, workingSetBytes: usedBytes },
    ...(fs !== undefined && { fs, runtime: { imageFs: fs } }),
  };
}

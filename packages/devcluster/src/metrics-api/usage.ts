import { formatQuantity } from '../resources/quantity.ts';
import type { UsagePoint } from './node-sample.ts';

/** What was used between two moments, as in metrics.k8s.io. */
export interface Usage {
  usage: { cpu: string; memory: string };
  /** The later moment, in milliseconds since the epoch. */
  timestamp: number;
  /** The time between the two, in milliseconds. */
  window: number;
}

/** As metrics-server counts it: the processor over the time between, the memory of the later moment. */
function between(last: UsagePoint, previous: Pick<UsagePoint, 'cpuSeconds' | 'timestamp'>): Usage | undefined {
  const window = last.timestamp - previous.timestamp;
  if (window <= 0 || last.cpuSeconds < previous.cpuSeconds) return undefined;
  const nanoCores = Math.floor(((last.cpuSeconds - previous.cpuSeconds) * 1e12) / window);
  const memory = BigInt(Math.max(0, Math.round(last.memoryBytes))) * 1_000_000_000n;
  return {
    usage: {
      cpu: formatQuantity({ nano: BigInt(nanoCores), format: 'decimal' }),
      memory: formatQuantity({ nano: memory, format: 'binary' }),
    },
    timestamp: last.timestamp,
    window,
  };
}

/**
 * The usage between two points. Where there is no earlier point of the same life, the start of what is measured takes
 * its place; undefined when that is not known either.
 */
export function usageOf(last: UsagePoint, previous: UsagePoint | undefined): Usage | undefined {
  const isRestarted = last.started !== undefined && previous !== undefined && last.started > previous.timestamp;
  const earlier = isRestarted ? undefined : previous;
  const usage = earlier === undefined ? undefined : between(last, earlier);
  if (usage !== undefined || last.started === undefined) return usage;
  return between(last, { cpuSeconds: 0, timestamp: last.started });
}

/** `metav1.Duration`, as Go writes it: `15.2s`, `1m0s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = (milliseconds % 60_000) / 1000;
  const minutePart = hours > 0 || minutes > 0 ? `${minutes}m` : '';
  return `${hours > 0 ? `${hours}h` : ''}${minutePart}${seconds}s`;
}

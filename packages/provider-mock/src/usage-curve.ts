import { seededFraction } from './seeded-random.ts';

/** How a figure moves around its average: up and down within this part of it. */
const swing = 0.4;
const shortestPeriod = 60_000;
const longestPeriod = 600_000;

/** A load that goes up and down around an average, the same for the same seed and names. */
export interface UsageCurve {
  /** At this many milliseconds after the start. */
  rate(elapsed: number): number;
  /** The sum of the rate over the time, in units of the rate times milliseconds. It never goes back. */
  total(elapsed: number): number;
}

export function usageCurve(average: number, seed: string, ...about: readonly string[]): UsageCurve {
  const period = shortestPeriod + (longestPeriod - shortestPeriod) * seededFraction(seed, ...about, 'period');
  const phase = 2 * Math.PI * seededFraction(seed, ...about, 'phase');
  const speed = (2 * Math.PI) / period;
  return {
    rate: (elapsed) => average * (1 + swing * Math.cos(speed * elapsed + phase)),
    // The integral of the above: the rate is never below zero, so this never falls.
    total: (elapsed) =>
      elapsed <= 0 ? 0 : average * (elapsed + (swing / speed) * (Math.sin(speed * elapsed + phase) - Math.sin(phase))),
  };
}

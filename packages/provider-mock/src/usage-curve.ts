/** How a figure moves around its average: up and down within this part of it. */
const swing = 0.4;
const shortestPeriod = 60_000;
const longestPeriod = 600_000;

/** A load that goes up and down around an average. */
export interface UsageCurve {
  /** At this many milliseconds after the start. */
  readonly rate: (elapsed: number) => number;
  /** The sum of the rate over the time, in units of the rate times milliseconds. It never goes back. */
  readonly total: (elapsed: number) => number;
}

/** `period` and `phase` are numbers from 0 to 1 that tell one curve from another. */
export function usageCurve(average: number, period: number, phase: number): UsageCurve {
  return curve(average, shortestPeriod + (longestPeriod - shortestPeriod) * period, 2 * Math.PI * phase);
}

function curve(average: number, period: number, phase: number): UsageCurve {
  const speed = (2 * Math.PI) / period;
  return {
    rate: (elapsed) => average * (1 + swing * Math.cos(speed * elapsed + phase)),
    // The integral of the above: the rate is never below zero, so this never falls.
    total: (elapsed) =>
      elapsed <= 0 ? 0 : average * (elapsed + (swing / speed) * (Math.sin(speed * elapsed + phase) - Math.sin(phase))),
  };
}

import { mkdirSync, writeFileSync } from 'node:fs';

/** The lanes that can be unable to run here. The others are known by their test files alone. */
export type LaneName = 'kubectl' | 'real API' | 'runtime' | 'conformance' | 'scenario' | 'crash and fault';

export interface LaneReport {
  readonly lane: LaneName;
  readonly ran: boolean;
  /** Why not: a plain sentence that says what is missing and where it was looked for. */
  readonly reason?: string;
  /** What it ran against: a version, a count of kill points. */
  readonly detail?: string;
  /** Tells apart several test files of one lane. */
  readonly part?: string;
}

const folder = new URL('../.reports/lanes/', import.meta.url);

/**
 * Leaves word for the closing summary of `npm test`. Call it where the test file decides whether it can run, and hand the same
 * decision to `describe.skipIf`, so that what did not run is counted as skipped and named with its reason.
 */
export const reportLane = ({ part, ...report }: LaneReport): void => {
  const name = [report.lane, part]
    .filter((word) => word !== undefined)
    .join(' ')
    .replaceAll(/[^A-Za-z0-9]+/g, '-');
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), JSON.stringify(report));
};

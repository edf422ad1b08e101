import { matchesGlob } from 'node:path';
import { addCounts, type Counts, type TestFile } from './test-report.ts';

/** Which test files are a lane's own; the first lane that matches a file has it. */
export interface LaneDefinition {
  readonly lane: string;
  readonly files: readonly string[];
}

/** What the tests of a lane say of themselves (`tests/lane-report.ts` writes it). */
export interface LaneReport {
  readonly lane: string;
  readonly ran: boolean;
  readonly reason?: string;
  readonly detail?: string;
}

export interface LaneResult extends Counts {
  readonly lane: string;
  readonly ran: boolean;
  /** Why it did not run, or what it ran against. */
  readonly note: string;
}

const describe = (lane: string, counts: Counts, reports: readonly LaneReport[]): LaneResult => {
  const details = [...new Set(reports.flatMap((report) => (report.ran ? [report.detail ?? ''] : [])))];
  const reasons = [...new Set(reports.flatMap((report) => (report.ran ? [] : [report.reason ?? 'no reason given'])))];
  const did = counts.passed + counts.failed > 0;
  const missed = reasons.map((reason) => (did ? `in part: ${reason}` : reason));
  if (!did && missed.length === 0) missed.push('no test of it ran');
  return { lane, ...counts, ran: did, note: [...details, ...missed].filter((part) => part !== '').join('; ') };
};

/** The lane of a test file. */
export const laneOf = (definitions: readonly LaneDefinition[], path: string): string =>
  definitions.find((definition) => definition.files.some((pattern) => matchesGlob(path, pattern)))?.lane ?? 'other';

/** Joins what ran with what the lanes say. A lane ran when at least one of its tests did; its own word alone is not enough. */
export const laneResults = (
  definitions: readonly LaneDefinition[],
  files: readonly TestFile[],
  reports: readonly LaneReport[],
): LaneResult[] => {
  const names = new Set([
    ...definitions.map((definition) => definition.lane),
    ...files.map((file) => laneOf(definitions, file.path)),
    ...reports.map((report) => report.lane),
  ]);
  return [...names].map((lane) =>
    describe(
      lane,
      addCounts(files.filter((file) => laneOf(definitions, file.path) === lane)),
      reports.filter((report) => report.lane === lane),
    ),
  );
};

import type { LaneResult } from './lanes.ts';
import { skippedByReason, type SkippedTest } from './skipped-tests.ts';
import type { StepResult } from './step.ts';
import { addCounts, type Counts, type TestFile } from './test-report.ts';

/** Tests are counted one by one; a step that failed without a failed test to show for it counts as one failed. */
export const totalOf = (results: readonly StepResult[], tests: ReadonlyMap<string, readonly TestFile[]>): Counts => {
  const counts = addCounts([...tests.values()].flat());
  const unexplained = results.filter(
    ({ step, outcome }) => outcome === 'failed' && addCounts(tests.get(step.name) ?? []).failed === 0,
  );
  return { ...counts, failed: counts.failed + unexplained.length };
};

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
};

const laneRow = (lane: LaneResult): string[] => [
  lane.lane,
  lane.ran ? (lane.failed > 0 ? 'FAILED' : 'ran') : 'DID NOT RUN',
  lane.ran ? closingLine(lane) : '',
  lane.note,
];

const missedLane =
  (lanes: readonly LaneResult[], laneOfFile: (file: string) => string) =>
  (file: string): string | undefined => {
    const lane = laneOfFile(file);
    return lanes.some((result) => result.lane === lane && !result.ran) ? lane : undefined;
  };

/** What is printed at the end, without the closing line. */
export const summaryText = (
  steps: readonly StepResult[],
  lanes: readonly LaneResult[],
  skipped: readonly SkippedTest[],
  laneOfFile: (file: string) => string,
): string =>
  [
    '',
    'Steps',
    table(
      steps.map(({ step, outcome, seconds }) => [
        step.name,
        outcome === 'failed' ? 'FAILED' : outcome,
        `${seconds.toFixed(1)} s`,
        step.holds,
      ]),
    ),
    ...(lanes.length === 0 ? [] : ['', 'Test lanes', table(lanes.map(laneRow))]),
    ...(skipped.length === 0
      ? []
      : [
          '',
          'Skipped tests',
          table(
            skippedByReason(skipped, missedLane(lanes, laneOfFile)).map(({ reason, count }) => [String(count), reason]),
          ),
        ]),
    '',
  ].join('\n');

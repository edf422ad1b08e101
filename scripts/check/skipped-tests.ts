/** A test that did not run. */
export interface SkippedTest {
  readonly name: string;
  /** The test file, from the root of the repository. */
  readonly file: string;
  /** What it said of itself; empty when it said nothing. */
  readonly note: string;
}

/**
 * How many tests were skipped for which reason, most first. The tests of a lane that did not run have one reason, which stands
 * with the lane; any other without a reason is named. `missedLane` gives the lane of a file when it did not run.
 */
export const skippedByReason = (
  skipped: readonly SkippedTest[],
  missedLane: (file: string) => string | undefined,
): { reason: string; count: number }[] => {
  const counts = new Map<string, number>();
  for (const { name, file, note } of skipped) {
    const lane = missedLane(file);
    const reason = lane === undefined ? note || `no reason given: ${name}` : `the lane "${lane}" did not run`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count);
};

/** A test that did not run. */
export interface SkippedTest {
  readonly name: string;
  /** What it said of itself; empty when it said nothing. */
  readonly note: string;
}

/** How many tests were skipped for which reason, most first. A test without a reason is named. */
export const skippedByReason = (skipped: readonly SkippedTest[]): { reason: string; count: number }[] => {
  const counts = new Map<string, number>();
  for (const { name, note } of skipped) {
    const reason = note === '' ? `no reason given: ${name}` : note;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count);
};

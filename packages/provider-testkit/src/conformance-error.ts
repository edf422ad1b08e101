/** What a case found. Its message goes on after "…, but" and says what was seen instead of what the rule asks. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code = 'ConformanceError';
}

/** Ends a case that does not find what its rule asks. `seen` is what it found instead. */
export function expectThat(holds: boolean, seen: string): asserts holds {
  if (!holds) throw new ConformanceError(seen);
}

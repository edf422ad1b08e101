interface Sample {
  readonly timeNanoseconds: bigint;
  readonly usedNanoseconds: bigint;
  readonly rate?: number;
}

/** Shorter than this two readings say more about their own timing than about the container. */
const shortestNanoseconds = 100_000_000n;

/** The use of CPU as a rate, out of two readings of the total, where the runtime gives none. */
export class CpuRates {
  #samples = new Map<string, Sample>();

  /** In nano cores. Undefined at the first reading, and after a reset. */
  rateOf(id: string, timeNanoseconds: bigint, usedNanoseconds: bigint): number | undefined {
    const before = this.#samples.get(id);
    const elapsed = before === undefined ? 0n : timeNanoseconds - before.timeNanoseconds;
    // Readings that a runtime has cached come again with the same time.
    if (before !== undefined && elapsed >= 0n && elapsed < shortestNanoseconds) return before.rate;
    const used = before === undefined ? -1n : usedNanoseconds - before.usedNanoseconds;
    const rate = elapsed > 0n && used >= 0n ? Number((used * 1_000_000_000n) / elapsed) : undefined;
    this.#samples.set(id, { timeNanoseconds, usedNanoseconds, ...(rate !== undefined && { rate }) });
    return rate;
  }

  /** Forgets all but these. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id);
  }
}

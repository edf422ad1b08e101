/** Which nodes have been missing for so long that their pods are orphans. */
export class OrphanWatch {
  readonly #gracePeriod: number;
  readonly #missingSince = new Map<string, number>();

  /** @param gracePeriod - milliseconds */
  constructor(gracePeriod: number) {
    this.#gracePeriod = gracePeriod;
  }

  /** Of the nodes that are missing now, those that have been for the whole grace period. */
  lost(missing: readonly string[], now: number): string[] {
    for (const name of this.#missingSince.keys()) if (!missing.includes(name)) this.#missingSince.delete(name);
    for (const name of missing) if (!this.#missingSince.has(name)) this.#missingSince.set(name, now);
    return missing.filter((name) => now - (this.#missingSince.get(name) ?? now) >= this.#gracePeriod);
  }
}

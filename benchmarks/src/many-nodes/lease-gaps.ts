/** Watches the acknowledged renewals of leases go by, and notes how far apart they are. */
export class LeaseGaps {
  readonly #renewedAt = new Map<string, number>();
  readonly #leaseMilliseconds: number;
  renewals = 0;
  late = 0;
  longestMilliseconds = 0;

  constructor(leaseMilliseconds: number) {
    this.#leaseMilliseconds = leaseMilliseconds;
  }

  renewed(path: string): void {
    const now = performance.now();
    const before = this.#renewedAt.get(path);
    this.#renewedAt.set(path, now);
    this.renewals++;
    if (before === undefined) return;
    this.longestMilliseconds = Math.max(this.longestMilliseconds, now - before);
    if (now - before > this.#leaseMilliseconds) this.late++;
  }
}

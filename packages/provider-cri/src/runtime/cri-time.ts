/** The CRI tells times in nanoseconds since the epoch; 0 is never. */
export function millisecondsOf(nanoseconds: bigint): number | undefined {
  return nanoseconds <= 0n ? undefined : Number(nanoseconds / 1_000_000n);
}

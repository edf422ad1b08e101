/** Microseconds in which a CPU limit is counted; the kernel's default, which the kubelet uses. */
export const cpuPeriod: bigint = 100_000n;

const smallestQuota = 1_000n;
const smallestShares = 2n;
const largestShares = 262_144n;

/** How thousandths of a CPU weigh against others. */
export function cpuShares(milli: bigint): bigint {
  const shares = (milli * 1024n) / 1000n;
  if (shares < smallestShares) return smallestShares;
  return shares > largestShares ? largestShares : shares;
}

/** Microseconds in each period. 0 for no limit. */
export function cpuQuota(milli: bigint): bigint {
  if (milli === 0n) return 0n;
  const quota = (milli * cpuPeriod) / 1000n;
  return quota < smallestQuota ? smallestQuota : quota;
}

/** What the CRI is told of a request and a limit, in thousandths; without a request the limit is the request. */
export function cpuTime(
  request: bigint | undefined,
  limit: bigint,
  { cpuCfsQuota }: { readonly cpuCfsQuota: boolean },
): { readonly cpuShares: bigint; readonly cpuPeriod?: bigint; readonly cpuQuota?: bigint } {
  return {
    cpuShares: cpuShares(request ?? limit),
    ...(cpuCfsQuota && { cpuPeriod, cpuQuota: cpuQuota(limit) }),
  };
}

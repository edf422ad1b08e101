import { cpuShares } from './cpu-time.ts';
import type { PodCgroupLimits } from './pod-cgroup-limits.ts';
import { milliValue, wholeValue } from './quantity.ts';

/** What the cgroup of all pods is set to; what is missing is left as it is. */
export type AllPodsLimits = Partial<Pick<PodCgroupLimits, 'shares' | 'memory'>>;

/** All pods together have what the host has without what is reserved of it, as a kubelet enforces it. */
export function leftForPods(
  reserved: Readonly<Record<string, string>>,
  { cpus, memoryBytes }: { readonly cpus: number; readonly memoryBytes: bigint },
): AllPodsLimits {
  const cpu = BigInt(cpus) * 1000n - (milliValue(reserved['cpu']) ?? 0n);
  const memory = memoryBytes - (wholeValue(reserved['memory']) ?? 0n);
  return {
    ...(reserved['cpu'] !== undefined && cpu > 0n && { shares: cpuShares(cpu) }),
    ...(reserved['memory'] !== undefined && memory > 0n && { memory }),
  };
}

/** Whether a node with these devices has a resource of this name. */
export function isResourceOfNode(name: string, devices: Readonly<Record<string, unknown>>): boolean {
  return /^(cpu|memory|ephemeral-storage|pods|hugepages-\d+([KMGT]i)?)$/u.test(name) || name in devices;
}

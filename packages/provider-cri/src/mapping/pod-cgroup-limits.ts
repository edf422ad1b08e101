import { qualityOfService } from '@vk/node/pod-engine';
import type { Pod, ResourceRequirements } from '@vk/node/provider';
import { containerAmounts } from './container-amounts.ts';
import { cpuQuota, cpuShares } from './cpu-time.ts';
import { podHugePageLimits, type HugePageLimit } from './huge-pages.ts';
import { milliValue, wholeValue } from './quantity.ts';

/** What the cgroup of a pod as a whole is set to. */
export interface PodCgroupLimits {
  readonly shares: bigint;
  /** Microseconds of CPU in each 100 ms. 0 for no limit. */
  readonly quota: bigint;
  /** Bytes. 0 for no limit. */
  readonly memory: bigint;
  readonly hugePages: readonly HugePageLimit[];
}

export interface PodCgroupSettings {
  readonly cpuCfsQuota: boolean;
  /** The sizes of huge pages that this host has, as the kernel writes them: `2MB`. */
  readonly hugePageSizes: readonly string[];
}

/**
 * The cgroup of a pod by the kubelet's rules (`ResourceConfigForPod`): its CPU requests weigh against those of other pods, and it
 * is limited to what all its containers together are, where each of them is limited. What `spec.resources` names goes before.
 */
export function podCgroupLimits(pod: Pod, { cpuCfsQuota, hugePageSizes }: PodCgroupSettings): PodCgroupLimits {
  const hugePages = podHugePageLimits(pod, hugePageSizes);
  if (qualityOfService(pod) === 'BestEffort') return { shares: cpuShares(0n), quota: 0n, memory: 0n, hugePages };
  return {
    hugePages,
    shares: cpuShares(podCpuRequest(pod)),
    quota: cpuCfsQuota ? cpuQuota(limitOf(pod, 'cpu', milliValue)) : 0n,
    memory: limitOf(pod, 'memory', wholeValue),
  };
}

/** What a pod asks for of the CPU, its overhead with it, in thousandths. */
export function podCpuRequest({ spec }: Pick<Pod, 'spec'>): bigint {
  const of = ({ requests, limits }: ResourceRequirements): bigint | undefined =>
    milliValue(requests?.['cpu'] ?? limits?.['cpu']);
  const own = milliValue(spec?.resources?.requests?.['cpu']);
  const ofContainers = containerAmounts({ spec }, (resources) => of(resources) ?? 0n).total;
  const asked = own ?? (ofContainers > 0n ? ofContainers : (of(spec?.resources ?? {}) ?? 0n));
  return asked + (milliValue(spec?.overhead?.['cpu']) ?? 0n);
}

function limitOf(
  { spec }: Pod,
  name: 'cpu' | 'memory',
  read: (quantity: string | undefined) => bigint | undefined,
): bigint {
  const of = ({ limits }: ResourceRequirements): bigint => read(limits?.[name]) ?? 0n;
  const { total, everyOne } = containerAmounts({ spec }, of);
  const own = of(spec?.resources ?? {});
  const limit = own > 0n ? own : everyOne ? total : 0n;
  return limit === 0n ? 0n : limit + (read(spec?.overhead?.[name]) ?? 0n);
}

import type { Container, Pod, ResourceRequirements } from '@vk/node/provider';
import { cpuQuota, cpuShares } from './linux-resources.ts';
import { milliValue, wholeValue } from './quantity.ts';
import { qualityOfService } from './quality-of-service.ts';

/** What the cgroup of a pod as a whole is set to. */
export interface PodCgroupLimits {
  readonly shares: bigint;
  /** Microseconds of CPU in each 100 ms. 0 for no limit. */
  readonly quota: bigint;
  /** Bytes. 0 for no limit. */
  readonly memory: bigint;
}

/**
 * The cgroup of a pod by the kubelet's rules (`ResourceConfigForPod`): its CPU requests weigh against those of other pods, and it
 * is limited to what all its containers together are, where each of them is limited. What `spec.resources` names goes before.
 */
export function podCgroupLimits(pod: Pod, { cpuCfsQuota }: { readonly cpuCfsQuota: boolean }): PodCgroupLimits {
  if (qualityOfService(pod) === 'BestEffort') return { shares: cpuShares(0n), quota: 0n, memory: 0n };
  return {
    shares: cpuShares(podCpuRequest(pod)),
    quota: cpuCfsQuota ? cpuQuota(limitOf(pod, 'cpu', milliValue)) : 0n,
    memory: limitOf(pod, 'memory', wholeValue),
  };
}

/** What a pod asks for of the CPU, its overhead with it, in thousandths. */
export function podCpuRequest({ spec }: Pod): bigint {
  const of = ({ requests, limits }: ResourceRequirements): bigint | undefined =>
    milliValue(requests?.['cpu'] ?? limits?.['cpu']);
  const own = milliValue(spec?.resources?.requests?.['cpu']);
  const ofContainers = amounts({ spec }, (resources) => of(resources) ?? 0n).total;
  const asked = own ?? (ofContainers > 0n ? ofContainers : (of(spec?.resources ?? {}) ?? 0n));
  return asked + (milliValue(spec?.overhead?.['cpu']) ?? 0n);
}

function limitOf(
  { spec }: Pod,
  name: 'cpu' | 'memory',
  read: (quantity: string | undefined) => bigint | undefined,
): bigint {
  const of = ({ limits }: ResourceRequirements): bigint => read(limits?.[name]) ?? 0n;
  const { total, everyOne } = amounts({ spec }, of);
  const own = of(spec?.resources ?? {});
  const limit = own > 0n ? own : everyOne ? total : 0n;
  return limit === 0n ? 0n : limit + (read(spec?.overhead?.[name]) ?? 0n);
}

/**
 * The most that the containers have at a time (KEP-753): all regular ones with the sidecars, or an init container with the
 * sidecars that were started before it. `everyOne`: there is no step at which something is not limited.
 */
function amounts(
  { spec }: Pick<Pod, 'spec'>,
  of: (resources: ResourceRequirements) => bigint,
): { readonly total: bigint; readonly everyOne: boolean } {
  const amountOf = ({ resources }: Container): bigint => of(resources ?? {});
  let sidecars = 0n;
  const steps = (spec?.initContainers ?? []).map((container) => {
    const own = amountOf(container);
    if (container.restartPolicy !== 'Always') return sidecars + own;
    sidecars += own;
    return sidecars;
  });
  const regular = (spec?.containers ?? []).map(amountOf);
  const running = regular.reduce((sum, own) => sum + own, sidecars);
  return {
    total: steps.reduce((most, step) => (step > most ? step : most), running),
    everyOne: [...steps, ...regular].every((amount) => amount > 0n),
  };
}

import { qualityOfService } from '@vk/node/pod-engine';
import type { Container, Pod, ResourceRequirements } from '@vk/node/provider';
import { LinuxContainerResources } from '../generated/api.ts';
import { containerAmounts } from './container-amounts.ts';
import { cpuTime } from './cpu-time.ts';
import { hugePageLimits } from './huge-pages.ts';
import type { AllPodsLimits } from './left-for-pods.ts';
import { milliValue, wholeValue } from './quantity.ts';

/** What limits are set with beside the pod. */
export interface ResourceSettings {
  readonly cpuCfsQuota: boolean;
  /** The memory of this host. */
  readonly memoryBytes: bigint;
  /** The sizes of huge pages that this host has, as the kernel writes them: `2MB`. */
  readonly hugePageSizes: readonly string[];
  /** Whether this host has the unified cgroup hierarchy (version 2). */
  readonly unifiedCgroups: boolean;
  /** Whether this host can limit swap by cgroup. */
  readonly swapController: boolean;
  /** What all pods together may have. */
  readonly allPods: AllPodsLimits;
}

/** The limits of a container's cgroup, by the kubelet's rules. */
export function linuxResources(
  pod: Pod,
  container: Pick<Container, 'name'>,
  requirements: ResourceRequirements,
  settings: ResourceSettings,
): LinuxContainerResources {
  const { limits = {}, requests = {} } = requirements;
  const whole = pod.spec?.resources?.limits ?? {};
  const cpuLimit = milliValue(limits['cpu'] ?? whole['cpu']) ?? 0n;
  const memoryLimit = wholeValue(limits['memory'] ?? whole['memory']) ?? 0n;
  return LinuxContainerResources.fromPartial({
    ...cpuTime(milliValue(requests['cpu']), cpuLimit, settings),
    memoryLimitInBytes: memoryLimit,
    oomScoreAdj: oomScoreAdjustment(pod, container.name, requirements, settings.memoryBytes),
    hugepageLimits: hugePageLimits({ ...whole, ...limits }, settings.hugePageSizes),
    ...withoutSwap(memoryLimit, settings),
  });
}

/** As by the kubelet's default: no swap, and when one process of a container is out of memory all of them are ended. */
function withoutSwap(
  memoryLimit: bigint,
  { unifiedCgroups, swapController }: ResourceSettings,
): { readonly memorySwapLimitInBytes?: bigint; readonly unified?: Readonly<Record<string, string>> } {
  if (unifiedCgroups)
    return { unified: { 'memory.oom.group': '1', ...(swapController && { 'memory.swap.max': '0' }) } };
  // The older hierarchy counts swap and memory together, and cannot limit the one alone.
  return swapController ? { memorySwapLimitInBytes: memoryLimit } : {};
}

/** Who is ended first when the host is out of memory, from -997 (last) to 1000. */
function oomScoreAdjustment(pod: Pod, name: string, requirements: ResourceRequirements, memoryBytes: bigint): bigint {
  if (pod.spec?.priorityClassName === 'system-node-critical') return -997n;
  const quality = qualityOfService(pod);
  if (quality === 'Guaranteed') return -997n;
  if (quality === 'BestEffort') return 1000n;
  const share = unallocatedShare(pod);
  const score = (request: bigint): bigint => 1000n - (1000n * (request + share)) / memoryBytes;
  const own = score(wholeValue(requirements.requests?.['memory']) ?? 0n);
  const sidecar = pod.spec?.initContainers?.some(
    (container) => container.name === name && container.restartPolicy === 'Always',
  );
  // A sidecar is never ended before the containers that it serves.
  const least = sidecar === true ? score(smallestRequest(pod)) : own;
  const adjustment = own > least ? least : own;
  if (adjustment < 3n) return 3n;
  return adjustment === 1000n ? 999n : adjustment;
}

function smallestRequest({ spec }: Pod): bigint {
  const requests = (spec?.containers ?? []).map(({ resources }) => wholeValue(resources?.requests?.['memory']) ?? 0n);
  return requests.reduce((least, request) => (request < least ? request : least), requests[0] ?? 0n);
}

/** What the pod as a whole asks for beside its containers counts for each of them alike (KEP-2837). */
function unallocatedShare({ spec }: Pod): bigint {
  const whole = wholeValue(spec?.resources?.requests?.['memory']) ?? 0n;
  const count = (spec?.containers ?? []).length + (spec?.initContainers ?? []).length;
  if (whole === 0n || count === 0) return 0n;
  const { total } = containerAmounts({ spec }, ({ requests }) => wholeValue(requests?.['memory']) ?? 0n);
  return (whole - total) / BigInt(count);
}

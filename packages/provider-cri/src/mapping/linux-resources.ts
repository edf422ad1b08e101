import type { Container, Pod, ResourceRequirements } from '@vk/node/provider';
import { LinuxContainerResources } from '../generated/api.ts';
import { milliValue, wholeValue } from './quantity.ts';
import { qualityOfService } from './quality-of-service.ts';

/** What limits are set with beside the pod. */
export interface ResourceSettings {
  readonly cpuCfsQuota: boolean;
  /** The memory of this host. */
  readonly memoryBytes: bigint;
  /** The sizes of huge pages that this host has, as the kernel writes them: `2MB`. */
  readonly hugePageSizes: readonly string[];
  /** Whether this host has the unified cgroup hierarchy (version 2). */
  readonly unifiedCgroups: boolean;
}

/** Microseconds; the kernel's default, which the kubelet uses. */
const period = 100_000n;
const smallestQuota = 1_000n;
const smallestShares = 2n;
const largestShares = 262_144n;

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
  const cpuRequest = milliValue(requests['cpu']) ?? cpuLimit;
  return LinuxContainerResources.fromPartial({
    cpuShares: cpuShares(cpuRequest),
    ...(settings.cpuCfsQuota && { cpuPeriod: period, cpuQuota: cpuQuota(cpuLimit) }),
    memoryLimitInBytes: memoryLimit,
    oomScoreAdj: oomScoreAdjustment(pod, container.name, requirements, settings.memoryBytes),
    hugepageLimits: hugepageLimits({ ...whole, ...limits }, settings.hugePageSizes),
    // When one process of a container is out of memory all of them are ended, as by the kubelet's default.
    unified: settings.unifiedCgroups ? { 'memory.oom.group': '1' } : {},
  });
}

export function cpuShares(milli: bigint): bigint {
  const shares = (milli * 1024n) / 1000n;
  if (shares < smallestShares) return smallestShares;
  return shares > largestShares ? largestShares : shares;
}

/** Microseconds in each 100 ms. 0 for no limit. */
export function cpuQuota(milli: bigint): bigint {
  if (milli === 0n) return 0n;
  const quota = (milli * period) / 1000n;
  return quota < smallestQuota ? smallestQuota : quota;
}

/** Who is ended first when the host is out of memory, from -997 (last) to 1000. */
function oomScoreAdjustment(pod: Pod, name: string, requirements: ResourceRequirements, memoryBytes: bigint): bigint {
  if (pod.spec?.priorityClassName === 'system-node-critical') return -997n;
  const quality = qualityOfService(pod);
  if (quality === 'Guaranteed') return -997n;
  if (quality === 'BestEffort') return 1000n;
  const score = (request: bigint): bigint => 1000n - (1000n * request) / memoryBytes;
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

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

function hugepageLimits(
  limits: Readonly<Record<string, string>>,
  sizes: readonly string[],
): { pageSize: string; limit: bigint }[] {
  const asked = new Map<string, bigint>();
  for (const [name, quantity] of Object.entries(limits)) {
    if (!name.startsWith('hugepages-')) continue;
    const bytes = wholeValue(name.slice('hugepages-'.length)) ?? 0n;
    asked.set(pageSizeName(bytes), wholeValue(quantity) ?? 0n);
  }
  // A size that is not asked for is limited to none.
  return [...new Set([...sizes, ...asked.keys()])].map((pageSize) => ({ pageSize, limit: asked.get(pageSize) ?? 0n }));
}

/** As the kernel writes it: 2097152 is `2MB`. */
export function pageSizeName(bytes: bigint): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1024n && size % 1024n === 0n && unit < units.length - 1) {
    size /= 1024n;
    unit++;
  }
  return `${size}${units[unit] ?? 'B'}`;
}

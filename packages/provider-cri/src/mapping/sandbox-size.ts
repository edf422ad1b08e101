import type { Pod, ResourceRequirements } from '@vk/node/provider';
import { LinuxContainerResources } from '../generated/api.ts';
import { containerAmounts } from './container-amounts.ts';
import { cpuTime } from './cpu-time.ts';
import { podCpuRequest } from './pod-cgroup-limits.ts';
import { milliValue, wholeValue } from './quantity.ts';

interface SizeSettings {
  readonly cpuCfsQuota: boolean;
}

/**
 * What the containers of a pod have together, without overhead, by the kubelet's rules: runtimes that make a virtual machine of a
 * sandbox size it by that. What `spec.resources` names goes before.
 */
export function sandboxSize({ spec }: Pod, settings: SizeSettings): LinuxContainerResources {
  const limitOf = (name: string, read: (quantity: string | undefined) => bigint | undefined): bigint => {
    const of = ({ limits }: ResourceRequirements): bigint => read(limits?.[name]) ?? 0n;
    return read(spec?.resources?.limits?.[name]) ?? containerAmounts({ spec }, of).total;
  };
  const request = spec === undefined ? 0n : podCpuRequest({ spec: { ...spec, overhead: {} } });
  return LinuxContainerResources.fromPartial({
    ...cpuTime(request, limitOf('cpu', milliValue), settings),
    memoryLimitInBytes: limitOf('memory', wholeValue),
  });
}

/** What the runtime class says that the sandbox itself takes. */
export function sandboxOverhead({ spec }: Pod, settings: SizeSettings): LinuxContainerResources {
  const { overhead } = spec ?? {};
  if (overhead === undefined) return LinuxContainerResources.fromPartial({});
  const cpu = milliValue(overhead['cpu']) ?? 0n;
  return LinuxContainerResources.fromPartial({
    ...cpuTime(cpu, cpu, settings),
    memoryLimitInBytes: wholeValue(overhead['memory']) ?? 0n,
  });
}

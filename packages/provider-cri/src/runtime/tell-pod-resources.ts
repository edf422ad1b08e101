import type { CallContext, Logger } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { UpdatePodSandboxResourcesRequest } from '../generated/api.ts';
import { cpuPeriod, cpuShares } from '../mapping/cpu-time.ts';
import type { PodCgroupLimits } from '../mapping/pod-cgroup-limits.ts';
import { milliValue, wholeValue } from '../mapping/quantity.ts';

/**
 * Tells the runtime what the cgroup of a pod is set to: those that make a machine of a sandbox change its size. As with a kubelet
 * nothing depends on it, and a runtime that does not know the call is left in peace.
 */
export async function tellPodResources(
  { client, log }: { readonly client: CriClient; readonly log: Logger },
  podSandboxId: string,
  limits: Omit<PodCgroupLimits, 'hugePages'>,
  overhead: Readonly<Record<string, string>>,
  call: CallContext,
): Promise<void> {
  const overheadCpu = milliValue(overhead['cpu']) ?? 0n;
  const request = UpdatePodSandboxResourcesRequest.fromPartial({
    podSandboxId,
    overhead: {
      memoryLimitInBytes: wholeValue(overhead['memory']) ?? 0n,
      ...(overheadCpu > 0n && { cpuShares: cpuShares(overheadCpu) }),
    },
    resources: {
      cpuShares: limits.shares,
      memoryLimitInBytes: limits.memory,
      ...(limits.quota > 0n && { cpuPeriod, cpuQuota: limits.quota }),
    },
  });
  try {
    await client.runtime.call(runtimeService.updatePodSandboxResources, request, call);
  } catch (error) {
    if (call.signal.aborted) throw error;
    if (error instanceof CriError && error.grpcStatus === 'UNIMPLEMENTED') return;
    log.warn('The runtime could not be told the resources of a pod', { podSandboxId, error });
  }
}

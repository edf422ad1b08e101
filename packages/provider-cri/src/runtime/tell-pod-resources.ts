import type { CallContext, Logger } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { UpdatePodSandboxResourcesRequest } from '../generated/api.ts';
import { cpuPeriod, cpuQuota, cpuShares } from '../mapping/cpu-time.ts';
import type { PodCgroupLimits } from '../mapping/pod-cgroup-limits.ts';
import { milliValue, wholeValue } from '../mapping/quantity.ts';

/**
 * Tells the runtime what the cgroup of a pod is set to, without the overhead, which it is told apart as when it made the sandbox: those that make a machine of a sandbox change its size. As with a kubelet
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
  const overheadMemory = wholeValue(overhead['memory']) ?? 0n;
  const memory = without(limits.memory, overheadMemory);
  const quota = without(limits.quota, cpuQuota(overheadCpu));
  const request = UpdatePodSandboxResourcesRequest.fromPartial({
    podSandboxId,
    overhead: {
      memoryLimitInBytes: overheadMemory,
      ...(overheadCpu > 0n && { cpuShares: cpuShares(overheadCpu) }),
    },
    resources: {
      cpuShares: overheadCpu > 0n ? cpuShares((limits.shares * 1000n) / 1024n - overheadCpu) : limits.shares,
      memoryLimitInBytes: memory,
      ...(quota > 0n && { cpuPeriod, cpuQuota: quota }),
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

/** No limit stays none. */
function without(limit: bigint, overhead: bigint): bigint {
  return limit > overhead ? limit - overhead : limit;
}

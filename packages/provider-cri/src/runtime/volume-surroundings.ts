import type { CallContext, PreparedPod } from '@vk/node/provider';
import type { VolumeSurroundings } from '@vk/node/volumes';
import { podCgroupLimits } from '../mapping/pod-cgroup-limits.ts';
import type { CriServices } from './cri-services.ts';
import type { RuntimeListing } from './runtime-listing.ts';

type VolumeSources = Pick<CriServices, 'hostIPs' | 'resourceSettings'> & {
  readonly listing: Pick<RuntimeListing, 'sandboxes'>;
};

/** Some file of the pod's volumes holds a field that only the sandbox decides. */
export function waitsForAddresses({ volumes }: PreparedPod): boolean {
  return volumes.some((volume) => volume.files().some(({ content }) => !(content instanceof Uint8Array)));
}

/** What is known of a pod now, for its volumes: its addresses once the sandbox is up, and how much memory it may use. */
export async function volumeSurroundings(
  { listing, hostIPs, resourceSettings }: VolumeSources,
  prepared: PreparedPod,
  call: CallContext,
): Promise<VolumeSurroundings> {
  const { pod, ownership } = prepared;
  const { memory } = podCgroupLimits(pod, resourceSettings);
  const { memoryBytes } = resourceSettings;
  const memoryLimitBytes = Number(memory > 0n && memory < memoryBytes ? memory : memoryBytes);
  if (!waitsForAddresses(prepared)) return { memoryLimitBytes };
  const sandboxes = await listing.sandboxes({ podUid: ownership.uid }, call);
  const [latest] = sandboxes.filter(({ state }) => state === 'ready').sort((a, b) => b.attempt - a.attempt);
  const ips = pod.spec?.hostNetwork === true ? hostIPs : (latest?.ips ?? []);
  return {
    memoryLimitBytes,
    deferred: {
      'status.podIP': ips[0] ?? '',
      'status.podIPs': ips.join(','),
      'status.hostIP': hostIPs[0] ?? '',
      'status.hostIPs': hostIPs.join(','),
    },
  };
}

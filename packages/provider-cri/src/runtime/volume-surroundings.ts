import type { CallContext, Pod, PreparedPod } from '@vk/node/provider';
import type { VolumeSurroundings } from '@vk/node/volumes';
import { wholeValue } from '../mapping/quantity.ts';
import type { CriServices } from './cri-services.ts';

/** Some file of the pod's volumes holds a field that only the sandbox decides. */
export function waitsForAddresses({ volumes }: PreparedPod): boolean {
  return volumes.some((volume) => volume.files().some(({ content }) => !(content instanceof Uint8Array)));
}

/** What is known of a pod now, for its volumes: its addresses once the sandbox is up, and how much memory it may use. */
export async function volumeSurroundings(
  { listing, hostIPs, resourceSettings }: CriServices,
  prepared: PreparedPod,
  call: CallContext,
): Promise<VolumeSurroundings> {
  const { pod, ownership } = prepared;
  const memoryLimitBytes = memoryLimit(pod) ?? Number(resourceSettings.memoryBytes);
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

/** The sum of the containers' limits. Undefined when one of them has none. */
function memoryLimit({ spec }: Pod): number | undefined {
  const limits = (spec?.containers ?? []).map(({ resources }) => wholeValue(resources?.limits?.['memory']));
  return limits.includes(undefined)
    ? undefined
    : Number(limits.reduce<bigint>((sum, limit) => sum + (limit ?? 0n), 0n));
}

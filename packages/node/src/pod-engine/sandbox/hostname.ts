import type { Pod } from '../../provider/wire.ts';

/** The longest host name that Linux takes, without the closing zero. */
const longestLabel = 63;
const longestFqdn = 64;

export interface PodHostname {
  /** What `/etc/hosts` calls the pod. */
  readonly hostname: string;
  /** `subdomain.namespace.svc.cluster-domain`; absent for a pod without a subdomain. */
  readonly domain?: string;
}

/** The pod's name in its network: `hostnameOverride`, `hostname`, or the pod's own name, cut to what a host name may be. */
export function podHostname({ metadata, spec }: Pod, clusterDomain: string): PodHostname {
  const { hostnameOverride, hostname, subdomain } = spec ?? {};
  if (hostnameOverride !== undefined) return { hostname: cut(hostnameOverride) };
  const own = cut(hostname !== undefined && hostname !== '' ? hostname : (metadata?.name ?? ''));
  if (subdomain === undefined || subdomain === '') return { hostname: own };
  return { hostname: own, domain: `${subdomain}.${metadata?.namespace ?? ''}.svc.${clusterDomain}` };
}

/**
 * The host name of the pod's sandbox; empty in the host's network, which keeps its own. With `setHostnameAsFQDN` it is the
 * whole name.
 *
 * @throws RangeError when the whole name is longer than Linux takes: nothing else would be what the pod asks for.
 */
export function sandboxHostname(pod: Pod, clusterDomain: string): string {
  const { hostname, domain } = podHostname(pod, clusterDomain);
  if (pod.spec?.hostNetwork === true && pod.spec.hostnameOverride === undefined) return '';
  if (pod.spec?.setHostnameAsFQDN !== true || domain === undefined) return hostname;
  const whole = `${hostname}.${domain}`;
  if (whole.length > longestFqdn) {
    throw new RangeError(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${whole} is too long (${longestFqdn} characters is the max, ${whole.length} characters requested)`,
    );
  }
  return whole;
}

function cut(name: string): string {
  return name.length <= longestLabel ? name : name.slice(0, longestLabel).replace(/[-.]+$/u, '');
}

import type { Pod } from '../../provider/wire.ts';
import type { DnsConfig } from '../runtime/sandbox.ts';

export interface DnsSettings {
  /** The addresses of the cluster's DNS service. Empty: pods get the host's DNS, and an event says so. */
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** What the host itself uses. */
  readonly host: DnsConfig;
}

export interface PodDns {
  readonly config: DnsConfig;
  /** What could not be as the pod asks for, for events: reason and message. */
  readonly problems: readonly { readonly reason: string; readonly message: string }[];
}

/** Limits of the API's validation, which resolvers share. */
const mostServers = 3;
const mostSearches = 32;
const longestSearch = 253;
const longestSearchLine = 2048;

export const noDns: DnsConfig = { servers: [], searches: [], options: [] };

/** False for a pod whose DNS is all its own: what the host uses makes no difference to it. */
export function usesHostDns(pod: Pod): boolean {
  return pod.spec?.dnsPolicy !== 'None';
}

/** The pod's DNS by its `dnsPolicy` and `dnsConfig`, as the kubelet forms it. */
export function podDns(pod: Pod, settings: DnsSettings): PodDns {
  const problems: PodDns['problems'][number][] = [];
  const base = baseOf(pod, settings, problems);
  const own = pod.spec?.dnsConfig;
  const merged: DnsConfig = {
    servers: distinct([...base.servers, ...(own?.nameservers ?? [])]),
    searches: distinct([...base.searches, ...(own?.searches ?? [])]),
    options: mergeOptions(base.options, own?.options ?? []),
  };
  const servers = merged.servers.slice(0, mostServers);
  if (servers.length < merged.servers.length) {
    const message = `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${servers.join(' ')}`;
    problems.push({ reason: 'DNSConfigForming', message });
  }
  const searches = fittingSearches(merged.searches);
  if (searches.length < merged.searches.length) {
    const message = `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${searches.join(' ')}`;
    problems.push({ reason: 'DNSConfigForming', message });
  }
  return { config: { servers, searches, options: merged.options }, problems };
}

function baseOf(pod: Pod, settings: DnsSettings, problems: PodDns['problems'][number][]): DnsConfig {
  const { clusterDns, clusterDomain, host } = settings;
  const policy = pod.spec?.dnsPolicy ?? 'ClusterFirst';
  if (!usesHostDns(pod)) return noDns;
  const wantsCluster =
    policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && pod.spec?.hostNetwork !== true);
  if (!wantsCluster) return host;
  if (clusterDns.length === 0) {
    const message = `No address of the cluster's DNS is configured: a pod with the "ClusterFirst" policy gets the "Default" one.`;
    problems.push({ reason: 'MissingClusterDNS', message });
    return host;
  }
  const namespace = pod.metadata?.namespace ?? '';
  const cluster =
    clusterDomain === '' ? [] : [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { servers: clusterDns, searches: distinct([...cluster, ...host.searches]), options: ['ndots:5'] };
}

/** An option of the pod replaces the one of the same name. */
function mergeOptions(
  base: readonly string[],
  own: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[],
): string[] {
  const merged = new Map<string, string>();
  for (const option of base) {
    const colon = option.indexOf(':');
    merged.set(colon === -1 ? option : option.slice(0, colon), colon === -1 ? '' : option.slice(colon + 1));
  }
  for (const { name, value } of own) if (name !== undefined) merged.set(name, value ?? '');
  return [...merged].map(([name, value]) => (value === '' ? name : `${name}:${value}`));
}

function fittingSearches(searches: readonly string[]): string[] {
  const fitting: string[] = [];
  let length = -1;
  for (const search of searches.slice(0, mostSearches)) {
    if (search.length > longestSearch) continue;
    if (length + 1 + search.length > longestSearchLine) break;
    length += 1 + search.length;
    fitting.push(search);
  }
  return fitting;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

import type { Pod } from '../../provider/wire.ts';
import { podHostname } from './hostname.ts';

const standardEntries = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** The first line. Programs, and Kubernetes' own tests, know a managed file by it. */
const managedHeader = '# Kubernetes-managed hosts file.';

/**
 * The content of a pod's `/etc/hosts`. In the host's network namespace the file is the host's own, and this is what is added
 * to it.
 */
export function hostsFile(pod: Pod, ips: readonly string[], clusterDomain: string): string {
  if (pod.spec?.hostNetwork === true) return aliasEntries(pod);
  const { hostname, domain } = podHostname(pod, clusterDomain);
  const names = domain === undefined ? hostname : `${hostname}.${domain}\t${hostname}`;
  const own = ips.map((ip) => `${ip}\t${names}`);
  return `${[managedHeader, ...standardEntries, ...own].join('\n')}\n${aliasEntries(pod)}`;
}

function aliasEntries({ spec }: Pod): string {
  const aliases = spec?.hostAliases ?? [];
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames }) => [ip, ...(hostnames ?? [])].join('\t'));
  return `\n# Entries added by HostAliases.\n${lines.join('\n')}\n`;
}

/** Sysctls that have no influence on other pods, as Kubernetes lists them. */
const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

/** Whether a pod may set a sysctl. Slashes and dots mean the same in its name. */
export function isAllowedSysctl(name: string, allowedUnsafe: readonly string[]): boolean {
  const plain = name.replaceAll('/', '.');
  return [...safeSysctls, ...allowedUnsafe.map((pattern) => pattern.replaceAll('/', '.'))].some((allowed) =>
    allowed.endsWith('*') ? plain.startsWith(allowed.slice(0, -1)) : plain === allowed,
  );
}

/** The namespace that isolates a sysctl; undefined for those of the host as a whole. */
export function sysctlNamespace(name: string): 'ipc' | 'network' | undefined {
  const plain = name.replaceAll('/', '.');
  if (plain.startsWith('net.')) return 'network';
  const isIpc =
    ['kernel.sem', 'kernel.shm', 'kernel.msg'].some((prefix) => plain.startsWith(prefix)) ||
    plain.startsWith('fs.mqueue.');
  return isIpc ? 'ipc' : undefined;
}

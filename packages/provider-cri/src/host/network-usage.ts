import type { InterfaceStats } from '@vk/node/provider';

/** The network interfaces of this host but the loopback, the one of the default route first; from `/proc/net/dev` and `/proc/net/route`. */
export function networkUsage(devices: string, routes: string): InterfaceStats[] {
  const first = defaultInterface(routes);
  const all = devices.split('\n').flatMap((line): InterfaceStats[] => {
    const [, name, counters] = /^\s*([^\s:]+):(.*)$/u.exec(line) ?? [];
    if (name === undefined || counters === undefined || name === 'lo') return [];
    const [rxBytes, , rxErrors, , , , , , txBytes, , txErrors] = counters.trim().split(/\s+/u).map(Number);
    if (rxBytes === undefined || rxErrors === undefined || txBytes === undefined || txErrors === undefined) return [];
    return [{ name, rxBytes, rxErrors, txBytes, txErrors }];
  });
  return all.sort((a, b) => Number(b.name === first) - Number(a.name === first));
}

/** The interface by which everything is reached that no other route leads to; its destination is all zeros. */
function defaultInterface(routes: string): string | undefined {
  return routes
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')?.[0];
}

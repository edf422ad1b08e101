import { readFileSync } from 'node:fs';
import type { DnsConfig } from '@vk/node/pod-engine';

/**
 * What the host resolves names with, out of its resolv.conf(5), by the rules of the kubelet's `parseResolvConf`. A search
 * domain is the same with and without a dot at its end.
 */
export function parseResolvConf(text: string): DnsConfig {
  const servers: string[] = [];
  let searches: string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/u, '')
      .trim()
      .split(/\s+/u);
    if (keyword === 'nameserver' && values[0] !== undefined) servers.push(values[0]);
    // Of several the last counts.
    if (keyword === 'search' || keyword === 'domain') searches = values;
    if (keyword === 'options') options.push(...values);
  }
  return {
    servers,
    searches: searches.filter((search) => search !== '.').map((search) => search.replace(/\.$/u, '')),
    options,
  };
}

/**
 * Read anew for each pod, as by the kubelet: hosts change it. At once, as every program that looks up a name does: five round trips to
 * the threads of the process take longer than these few lines.
 *
 * @throws what the file system says, when it cannot be read.
 */
export function readResolvConf(path: string): DnsConfig {
  return parseResolvConf(readFileSync(path, 'utf8'));
}

import { readFile } from 'node:fs/promises';
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

/** Read anew for each pod, as by the kubelet: hosts change it. @throws what the file system says, when it cannot be read. */
export async function readResolvConf(path: string): Promise<DnsConfig> {
  return parseResolvConf(await readFile(path, 'utf8'));
}

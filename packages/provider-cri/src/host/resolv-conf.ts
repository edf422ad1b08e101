import { readFileSync } from 'node:fs';
import type { DnsConfig } from '@vk/node/pod-engine';
import { isMissing } from './is-missing.ts';

/** What the host resolves names with, out of its resolv.conf(5). */
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
  return { servers, searches: searches.filter((search) => search !== '.'), options };
}

export function readResolvConf(path: string): DnsConfig {
  try {
    return parseResolvConf(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return { servers: [], searches: [], options: [] };
    throw error;
  }
}

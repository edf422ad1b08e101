import { isIP, isIPv4 } from 'node:net';
import type { NodeAddress } from '../../provider/wire.ts';

/** The names that a serving certificate is for, sorted, each once. */
export interface SubjectNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** What the addresses of a node make a certificate be for, by the kubelet's rule: IP addresses by value, names by type. */
export function subjectNamesOf(addresses: readonly NodeAddress[]): SubjectNames {
  const dnsNames = new Set<string>();
  const ipAddresses = new Set<string>();
  for (const { type, address } of addresses) {
    if (isIP(address) !== 0) {
      if (type === 'InternalIP' || type === 'ExternalIP' || type === 'Hostname') ipAddresses.add(address);
    } else if (type === 'Hostname' || type === 'InternalDNS' || type === 'ExternalDNS') dnsNames.add(address);
  }
  return { dnsNames: [...dnsNames].toSorted(), ipAddresses: [...ipAddresses].toSorted() };
}

export function sameSubjectNames(one: SubjectNames, other: SubjectNames): boolean {
  return JSON.stringify([one.dnsNames, one.ipAddresses]) === JSON.stringify([other.dnsNames, other.ipAddresses]);
}

/** The bytes of an IP address, 4 or 16. */
export function ipAddressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes an embedded IPv4 address as two groups, and everything in its shortest form.
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = groups(tail ?? '');
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

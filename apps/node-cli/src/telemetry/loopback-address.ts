import { isIP } from 'node:net';
import type { ListenAddress } from '@vk/node';
import type { ValueType } from '../flags/value-types.ts';

/** Where to listen on this machine. Port 0 takes a free one. */
export type LoopbackAddress = ListenAddress;

/** `HOST:PORT` to listen on, where everybody is asked who they are. */
export const listenAddress: ValueType<ListenAddress> = {
  placeholder: 'HOST:PORT',
  parse: parseAddress,
  format: formatAddress,
};

/** `HOST:PORT` that only this machine reaches: what is served there asks nobody who they are. */
export const loopbackAddress: ValueType<LoopbackAddress> = {
  placeholder: 'HOST:PORT',
  parse: (given) => {
    const { host, port } = parseAddress(given);
    if (!isLoopback(host))
      throw new RangeError(
        `'${given}' could be reached from other machines, and nothing there asks who is asking; use 127.0.0.1:${port} and let a scraper in the pod or on the machine read it`,
      );
    return { host, port };
  },
  format: formatAddress,
};

function parseAddress(given: string): ListenAddress {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(given.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) throw new RangeError(`'${given}' is not HOST:PORT, such as 127.0.0.1:9100`);
  return { host, port };
}

/** With brackets around an IPv6 address, as in a URL. */
export function formatAddress({ host, port }: LoopbackAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** 127.0.0.0/8, ::1, and the name that stands for them (RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}

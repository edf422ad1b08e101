import { isIPv6 } from 'node:net';

/** Where a streaming server may be. */
export interface AllowedHost {
  /** As in a URL: IPv6 addresses in brackets, and in their shortest form. */
  readonly hostname: string;
  /** Undefined: any. */
  readonly port: number | undefined;
}

/** Reads an address or a name, with a port or without: `127.0.0.1`, `::1`, `localhost:10010`, `[::1]:10010`. Undefined for what is neither. */
export function allowedHost(text: string): AllowedHost | undefined {
  const bracketed = isIPv6(text) ? `[${text}]` : text;
  const [, host, port] = /^(\[[^\]]*\]|[^:[\]/?#@\\\s]+)(?::(\d+))?$/u.exec(bracketed) ?? [];
  const url = host === undefined ? null : URL.parse(`http://${host}${port === undefined ? '' : `:${port}`}`);
  if (url === null) return undefined;
  return { hostname: url.hostname, port: port === undefined ? undefined : Number(port) };
}

/** Whether a URL of HTTP leads there. */
export function leadsTo(url: URL, { hostname, port }: AllowedHost): boolean {
  const standard = url.protocol === 'https:' ? 443 : 80;
  return url.hostname === hostname && (port === undefined || port === (url.port === '' ? standard : Number(url.port)));
}

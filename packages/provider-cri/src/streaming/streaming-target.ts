import { Terminal } from '@vk/node/provider';
import { allowedHost, leadsTo } from './allowed-host.ts';

/** Which streaming servers may be dialled. */
export interface StreamingPolicy {
  /** Hosts, each an address or a name, with a port or without: `127.0.0.1`, `[::1]:10010`. */
  readonly allowedHosts: readonly string[];
}

/**
 * The address of a one-time streaming URL. The runtime is trusted to run containers, not to send this process anywhere: a URL
 * is dialled only at a host that the configuration allows.
 *
 * @throws Terminal for any other.
 */
export function streamingTarget(url: string, { allowedHosts }: StreamingPolicy): URL {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new Terminal('the runtime gave a streaming address that is no HTTP URL');
  }
  if (!allowedHosts.some((allowed) => isHost(parsed, allowed))) {
    throw new Terminal(
      `the runtime's streaming server is at ${parsed.host}, which is not among the allowed ones: ${allowedHosts.join(', ')}`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Terminal('the runtime gave a streaming address with credentials in it');
  }
  return parsed;
}

function isHost(url: URL, text: string): boolean {
  const allowed = allowedHost(text);
  return allowed !== undefined && leadsTo(url, allowed);
}

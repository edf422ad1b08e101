import { Terminal } from '@vk/node/provider';

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

function isHost(url: URL, allowed: string): boolean {
  const bare = allowed.includes(':') && !allowed.includes('.') && !allowed.startsWith('[') ? `[${allowed}]` : allowed;
  const wanted = URL.parse(`http://${bare}`);
  if (wanted === null || wanted.hostname !== url.hostname) return false;
  return wanted.port === '' ? !/:\d+$/u.test(bare) || url.port === '' || url.port === '80' : wanted.port === url.port;
}

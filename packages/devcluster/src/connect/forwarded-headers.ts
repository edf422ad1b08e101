import type { IncomingMessage } from 'node:http';
import { readProtocolToken, webSocketProtocols } from '@vk/streaming';

/** What the API server keeps to itself: by these the client is known to it, and to nobody behind it. */
const withheld = /^(authorization|impersonate-.*|x-remote-.*)$/i;

/** Headers that speak of one connection only (RFC 9110, section 7.6.1). */
const perConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type Header = [name: string, value: string];

export function headerPairs(rawHeaders: readonly string[]): Header[] {
  const pairs: Header[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}

/** Without those that speak of the connection, named by the standard or by the headers themselves. */
export function endToEnd(pairs: readonly Header[]): Header[] {
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((one) => one.trim().toLowerCase()));
  const dropped = new Set([...perConnection, ...named]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** All headers, in which the WebSocket protocols are without the bearer token that may have come as one. */
function withoutProtocolToken(incoming: IncomingMessage): Header[] {
  const pairs = headerPairs(incoming.rawHeaders);
  if (readProtocolToken(incoming) === undefined) return pairs;
  const others = pairs.filter(([name]) => name.toLowerCase() !== 'sec-websocket-protocol');
  return [...others, ['Sec-WebSocket-Protocol', webSocketProtocols(incoming).join(', ')]];
}

/** The headers of a client's request for the node behind this server, with the client's address added. */
export function forwardedHeaders(incoming: IncomingMessage): Header[] {
  const pairs = withoutProtocolToken(incoming).filter(([name]) => !withheld.test(name));
  const others = pairs.filter(([name]) => name.toLowerCase() !== 'x-forwarded-for');
  const path = pairs.filter(([name]) => name.toLowerCase() === 'x-forwarded-for').map(([, value]) => value);
  const { remoteAddress } = incoming.socket;
  const hops = remoteAddress === undefined ? path : [...path, remoteAddress];
  return hops.length === 0 ? others : [...others, ['X-Forwarded-For', hops.join(', ')]];
}

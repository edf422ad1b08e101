import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { headerList, upgradeKind } from './request-headers.ts';

/** What browsers send a bearer token as: they can give a WebSocket protocols, and no other headers. */
const prefix = 'base64url.bearer.authorization.k8s.io.';

/** A bearer token that came as a WebSocket protocol, or why there is none in what came. The problem names no secret. */
export type ProtocolToken = { readonly token: string } | { readonly problem: string };

/**
 * The bearer token among the WebSocket protocols of a request, as the API server and the kubelet read it; undefined when
 * there is none. It is not among {@link webSocketProtocols}.
 */
export function readProtocolToken(request: IncomingMessage): ProtocolToken | undefined {
  if (upgradeKind(request) !== 'websocket') {
    return undefined;
  }
  const given = headerList(request, 'sec-websocket-protocol').filter(isToken);
  const [first, second] = given;
  if (first === undefined || first === prefix) {
    return undefined;
  }
  if (second !== undefined) {
    return { problem: 'several bearer tokens came as WebSocket protocols' };
  }
  const encoded = first.slice(prefix.length);
  const bytes = Buffer.from(encoded, 'base64url');
  if (!/^[\w-]+$/.test(encoded) || encoded.length % 4 === 1 || !isUtf8(bytes)) {
    return { problem: 'the bearer token among the WebSocket protocols is not text in base64url' };
  }
  if (webSocketProtocols(request).length === 0) {
    return { problem: 'a bearer token came as the only WebSocket protocol: there is none to agree on' };
  }
  return { token: bytes.toString('utf8') };
}

/** The WebSocket protocols that the client speaks: without a bearer token, which is nobody's business any more. */
export function webSocketProtocols(request: IncomingMessage): string[] {
  return headerList(request, 'sec-websocket-protocol').filter((protocol) => !isToken(protocol));
}

function isToken(protocol: string): boolean {
  return protocol.startsWith(prefix);
}

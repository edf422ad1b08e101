import { acceptTunnel, upgradeKind } from '@vk/streaming';
import type { ApiRequest } from '../api/api-request.ts';
import { locateKubelet } from '../kubelet-client/kubelet-location.ts';
import type { NodeRequest } from '../kubelet-client/send-to-node.ts';
import type { Upgrade } from '../server/upgrade.ts';
import { badRequest } from '../status/errors.ts';
import { goesThrough } from './declared-features.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { joinSockets } from './join-sockets.ts';
import { kubeletRequest } from './kubelet-request.ts';
import { requestedPod, requireNodeName } from './pod-location.ts';
import { askForUpgrade, proxyUpgrade, relayRefusal } from './proxy-upgrade.ts';
import { offersWebSocketProtocol, requireUpgrade } from './upgrade-request.ts';

const spdyProtocol = 'portforward.k8s.io';
const tunnelProtocol = `SPDY/3.1+${spdyProtocol}`;

/** `ports`, which only clients with a WebSocket channel for each port give. Throws ApiError (400). */
function nodeQuery(query: URLSearchParams): URLSearchParams {
  const ports = query.getAll('ports').flatMap((value) => value.split(','));
  const wrong = ports.find((port) => !/^\d+$/.test(port));
  if (wrong !== undefined) {
    throw badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(wrong)}: invalid syntax`);
  }
  return new URLSearchParams(ports.length === 0 ? {} : { port: ports.join(',') });
}

/** The request for SPDY that stands for the client's request for a tunnel. */
function asSpdy(toNode: NodeRequest): NodeRequest {
  const kept = [];
  for (let index = 0; index + 1 < toNode.headers.length; index += 2) {
    const name = toNode.headers[index] ?? '';
    if (/^(sec-websocket-.*|upgrade|connection|x-stream-protocol-version|content-length)$/i.test(name)) continue;
    kept.push(name, toNode.headers[index + 1] ?? '');
  }
  kept.push('Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1');
  kept.push('X-Stream-Protocol-Version', spdyProtocol, 'Content-Length', '0');
  return { ...toNode, method: 'POST', headers: kept };
}

/** Takes SPDY out of the client's WebSocket and hands it to the node as it is (KEP-4006). */
async function tunnel(request: ApiRequest, upgrade: Upgrade, toNode: NodeRequest): Promise<void> {
  const { response, upgraded } = await askForUpgrade(asSpdy(toNode));
  const client = upgrade.takeSocket();
  if (upgraded === undefined) {
    relayRefusal(response, client);
    return;
  }
  try {
    const inside = await acceptTunnel(request.incoming, client, upgrade.head);
    if (upgraded.head.length > 0) inside.write(upgraded.head);
    await joinSockets(inside, upgraded.socket, request.signal);
  } finally {
    upgraded.socket.destroy();
  }
}

/**
 * Answers `pods/{name}/portforward`. What the client speaks is handed on as it is, except for a tunnel to a node that
 * does not declare that it takes one.
 */
export async function forwardPorts(request: ApiRequest): Promise<void> {
  const { query, incoming } = request;
  if (query.has('dryRun')) throw badRequest('dryRun is not supported');
  const ports = nodeQuery(query);
  const pod = requestedPod(request);
  const location = locateKubelet(request.registry, requireNodeName(pod), 'pods');
  const upgrade = requireUpgrade(request);
  const { namespace = '', name } = pod.metadata;
  const toNode: NodeRequest = {
    ...(await kubeletRequest(request, { location, path: `/portForward/${namespace}/${name}`, query: ports })),
    method: incoming.method ?? 'GET',
    headers: forwardedHeaders(incoming).flat(),
  };
  const isTunnel = upgradeKind(incoming) === 'websocket' && offersWebSocketProtocol(incoming, tunnelProtocol);
  if (isTunnel && !goesThrough(request, location)) await tunnel(request, upgrade, toNode);
  else await proxyUpgrade(request, upgrade, toNode);
}

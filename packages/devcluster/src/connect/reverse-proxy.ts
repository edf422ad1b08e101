import { pipeline } from 'node:stream/promises';
import type { ApiRequest } from '../api/api-request.ts';
import { DialError } from '../kubelet-client/dial-error.ts';
import type { KubeletTls } from '../kubelet-client/kubelet-credentials.ts';
import { type NodeAnswer, type NodeRequest, sendToNode } from '../kubelet-client/send-to-node.ts';
import { serviceUnavailable } from '../status/errors.ts';
import { endToEnd, forwardedHeaders, headerPairs } from './forwarded-headers.ts';
import { proxyUpgrade } from './proxy-upgrade.ts';

/** What is behind the proxy. */
export interface ProxyTarget {
  host: string;
  port: number;
  /** Absent: without TLS. */
  tls: KubeletTls | undefined;
}

/** The path behind the proxy, encoded again as Go does it. */
function pathBehind(request: ApiRequest, url: URL): string {
  const path = request.subpath.split('/').map(encodeSegment).join('/');
  return url.pathname.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll(/%(?:24|26|2B|3A|3D|40)/g, (code) => decodeURIComponent(code));
}

/** A link of the server behind the proxy, as it is from before it. */
function throughProxy(location: string, prefix: string, target: ProxyTarget): string {
  const isPath = location.startsWith('/') && !location.startsWith('//');
  if (isPath) return location.startsWith(prefix) ? location : `${prefix}${location}`;
  if (!URL.canParse(location)) return location;
  const { hostname, port, pathname, search, protocol } = new URL(location);
  const isSame = hostname === target.host && Number(port || (protocol === 'https:' ? 443 : 80)) === target.port;
  return isSame ? `${prefix}${pathname}${search}` : location;
}

async function send(toNode: NodeRequest): Promise<NodeAnswer> {
  try {
    return await sendToNode(toNode);
  } catch (error) {
    if (error instanceof DialError) throw serviceUnavailable(`error trying to reach service: ${error.message}`);
    throw error;
  }
}

/** Hands the request on and the answer back, as the API server's proxy does; requests for another protocol too. */
export async function reverseProxy(request: ApiRequest, target: ProxyTarget): Promise<void> {
  const { incoming, response, upgrade, signal } = request;
  const url = new URL(incoming.url ?? '/', 'https://localhost');
  const path = pathBehind(request, url);
  const pathAtNode = path === '' ? '/' : path;
  const toNode: NodeRequest = {
    ...target,
    method: incoming.method ?? 'GET',
    path: `${pathAtNode}${url.search}`,
    headers: forwardedHeaders(incoming).flat(),
    signal,
    clock: request.registry.clock,
  };
  if (upgrade !== undefined) {
    // Without the query: the API server's proxy leaves it out of requests for another protocol (apimachinery's UpgradeAwareHandler).
    await proxyUpgrade(request, upgrade, { ...toNode, path: pathAtNode });
    return;
  }
  if (path === '' && (toNode.method === 'GET' || toNode.method === 'HEAD')) {
    response.writeHead(301, { Location: `${url.pathname}/${url.search}` });
    response.end();
    return;
  }
  const prefix = url.pathname.slice(0, url.pathname.length - path.length);
  const hasBody = 'content-length' in incoming.headers || 'transfer-encoding' in incoming.headers;
  const own = ['X-Forwarded-Uri', url.pathname, 'X-Forwarded-Host', incoming.headers.host ?? ''];
  const headers = [...endToEnd(forwardedHeaders(incoming)).flat(), ...own, 'X-Forwarded-Proto', 'https'];
  const isChunked = hasBody && !('content-length' in incoming.headers);
  const { response: answer } = await send({
    ...toNode,
    headers: isChunked ? [...headers, 'Transfer-Encoding', 'chunked'] : headers,
    ...(hasBody && { body: incoming }),
  });
  for (const [name, value] of endToEnd(headerPairs(answer.rawHeaders))) {
    const isLink = name.toLowerCase() === 'location';
    response.appendHeader(name, isLink ? throughProxy(value, prefix, target) : value);
  }
  response.writeHead(answer.statusCode ?? 502);
  response.flushHeaders();
  await pipeline(answer, response, { signal });
}

import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { type ApiRequest, requestName } from '../api/api-request.ts';
import { kubeletTls } from '../kubelet-client/kubelet-credentials.ts';
import { locateKubelet } from '../kubelet-client/kubelet-location.ts';
import { badRequest } from '../status/errors.ts';
import { type ProxyTarget, reverseProxy } from './reverse-proxy.ts';

/** What the API server does not proxy to, except for loopback, where the nodes of a development cluster are. */
const refused = new BlockList();
refused.addAddress('0.0.0.0');
refused.addAddress('255.255.255.255');
refused.addSubnet('169.254.0.0', 16);
refused.addSubnet('224.0.0.0', 4);
refused.addAddress('::', 'ipv6');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addSubnet('ff00::', 8, 'ipv6');

/** Throws ApiError (400) for a node whose address nobody should be sent to. */
async function requireAllowed(host: string): Promise<void> {
  let addresses: { address: string; family: number }[];
  try {
    addresses = await lookup(host, { all: true });
  } catch {
    throw badRequest(`lookup ${host}: no such host`);
  }
  if (addresses.some(({ address, family }) => refused.check(address, family === 6 ? 'ipv6' : 'ipv4'))) {
    throw badRequest('address not allowed');
  }
}

/** Reads `node`, `node:port` and `scheme:node:port`. Throws ApiError (400). */
function readId(id: string): { scheme: 'http' | 'https'; name: string; port: string } {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) {
    throw badRequest(`invalid node request ${JSON.stringify(id)}`);
  }
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

/**
 * Answers `nodes/{name}/proxy/{path}` with what the kubelet answers at that path, and `nodes/{name}:{port}/proxy` with
 * what another port of the node says, to which the API server does not show its certificate.
 */
export async function proxyToNode(request: ApiRequest): Promise<void> {
  const { scheme, name, port } = readId(requestName(request));
  const location = locateKubelet(request.registry, name, 'nodes');
  await requireAllowed(location.host);
  const isKubelet = port === '' || port === String(location.port);
  if (!isKubelet && !/^\d{1,5}$/.test(port)) throw badRequest(`invalid port ${JSON.stringify(port)}`);
  const target: ProxyTarget = isKubelet
    ? { host: location.host, port: location.port, tls: kubeletTls(await request.kubeletCredentials()) }
    : { host: location.host, port: Number(port), tls: scheme === 'https' ? { rejectUnauthorized: false } : undefined };
  await reverseProxy(request, target);
}

import type { Registry } from '../registry/registry.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import { ApiError } from '../status/api-error.ts';
import { notFound } from '../status/errors.ts';

/** Where the kubelet API of a node is, by the node's own status. */
export interface KubeletLocation {
  /** An address or a name. */
  host: string;
  port: number;
  declaredFeatures: readonly string[];
}

/** The order that kubeadm gives to kube-apiserver as `--kubelet-preferred-address-types`. */
const preferredAddressTypes = ['InternalIP', 'ExternalIP', 'Hostname'] as const;

/** The kubelet's well-known port, for a node that names none. */
const defaultPort = 10_250;

/** `host:port`, with an IPv6 address in brackets. */
export function hostAndPort({ host, port }: { host: string; port: number | string }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Finds the kubelet API of a node. Throws ApiError: 404 for an unknown node, 500 for one without an address.
 *
 * @param requested - the resource of the request: by it kube-apiserver names a node that is not there, also as a pod.
 */
export function locateKubelet(registry: Registry, nodeName: string, requested: 'nodes' | 'pods'): KubeletLocation {
  const node = registry.store.get('nodes', nodeName)?.object as Node | undefined;
  if (node === undefined) throw notFound({ group: '', plural: requested }, nodeName);
  const addresses = node.status?.addresses ?? [];
  for (const type of preferredAddressTypes) {
    const found = addresses.find((address) => address.type === type);
    if (found === undefined) continue;
    const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
    return {
      host: found.address,
      port: port > 0 ? port : defaultPort,
      declaredFeatures: node.status?.declaredFeatures ?? [],
    };
  }
  const known = addresses.map(({ type, address }) => `{${type} ${address}}`).join(' ');
  throw new ApiError({ code: 500, message: `no preferred addresses found; known addresses: [${known}]` });
}

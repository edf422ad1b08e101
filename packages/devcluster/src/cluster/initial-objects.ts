import { createDefaultRoles } from './default-roles.ts';
import { kubernetesServiceAddress } from '../resources/services/service-addresses.ts';
import { createObject } from '../registry/create-object.ts';
import type { KubeObject } from '../registry/definition.ts';
import { clusterUser, type Registry } from '../registry/registry.ts';

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Creates an object on the cluster's own behalf. Throws ApiError. */
export function createClusterObject(registry: Registry, plural: string, fields: Record<string, unknown>): void {
  const definition = registry.definitions.get(plural);
  if (definition === undefined) return;
  const { namespace } = fields['metadata'] as { namespace?: string };
  createObject(registry, definition, fields as KubeObject, { namespace, user: clusterUser, dryRun: false });
}

/** What a new cluster contains: its namespaces, its roles, and the Service of its own API. */
export function createInitialObjects(
  registry: Registry,
  options: { host: string; port: number; caCertificate: string },
): void {
  for (const name of namespaces) createClusterObject(registry, 'namespaces', { metadata: { name } });
  createDefaultRoles(registry);
  createClusterObject(registry, 'configmaps', {
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: { 'client-ca-file': options.caCertificate },
  });
  createClusterObject(registry, 'services', {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: kubernetesServiceAddress,
      clusterIPs: [kubernetesServiceAddress],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: options.port }],
    },
  });
  createClusterObject(registry, 'endpoints', {
    metadata: { name: 'kubernetes', namespace: 'default' },
    subsets: [{ addresses: [{ ip: options.host }], ports: [{ name: 'https', port: options.port, protocol: 'TCP' }] }],
  });
}

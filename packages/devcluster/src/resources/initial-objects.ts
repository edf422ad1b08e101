import type { ObjectDraft } from './object-draft.ts';
import { kubernetesServiceAddress } from './services/service-addresses.ts';

/** The namespaces that every cluster has from the start, in the order in which they must be created. */
export const initialNamespaces: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The ConfigMap of every namespace with the certificate authority of the API server. */
export const rootCertificateName = 'kube-root-ca.crt';

const rootCertificateDescription =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** What every namespace is given: somebody for its pods to be, and the certificate authority to trust. */
export function namespaceContents(namespace: string, certificateAuthority: string): ObjectDraft[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: rootCertificateName,
        namespace,
        annotations: { 'kubernetes.io/description': rootCertificateDescription },
      },
      data: { 'ca.crt': certificateAuthority },
    },
  ];
}

/** The Service by which pods reach the API server. */
function kubernetesService(port: number): ObjectDraft {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: kubernetesServiceAddress,
      clusterIPs: [kubernetesServiceAddress],
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  };
}

/** What differs from cluster to cluster at the start. */
export interface InitialObjectsOptions {
  /** The certificate authority of the API server, in PEM. */
  certificateAuthority: string;
  /** The port that the API server listens on. */
  port: number;
}

/** Every object of a new cluster, in the order in which they can be created. */
export function initialObjects({ certificateAuthority, port }: InitialObjectsOptions): ObjectDraft[] {
  const namespaces = initialNamespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const contents = initialNamespaces.flatMap((name) => namespaceContents(name, certificateAuthority));
  return [...namespaces, ...contents, kubernetesService(port)];
}

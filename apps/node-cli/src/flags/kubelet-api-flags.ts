import { duration } from './duration.ts';
import type { FlagTable } from './flag-definition.ts';
import { boolean, choice, integer, text, textMatching } from './value-types.ts';

const file = text('FILE');

/** The flags of the kubelet API, where a kubelet has the same by the kubelet's names. */
export const kubeletApiFlags: Pick<
  FlagTable,
  | 'kubeletApi'
  | 'kubeletAddress'
  | 'kubeletPort'
  | 'kubeletListener'
  | 'clientCaFile'
  | 'servingCertificate'
  | 'tlsCertFile'
  | 'tlsPrivateKeyFile'
  | 'certDir'
  | 'authenticationTokenWebhookCacheTtl'
  | 'authorizationWebhookCacheAuthorizedTtl'
  | 'authorizationWebhookCacheUnauthorizedTtl'
  | 'streamIdleTimeout'
  | 'streamCreationTimeout'
> = {
  kubeletApi: {
    group: 'Kubelet API',
    type: boolean,
    description:
      'Serves what kubectl logs and exec reach, over HTTPS and only to those whom the API server knows and allows it; =false listens nowhere',
    default: true,
  },
  kubeletAddress: {
    group: 'Kubelet API',
    type: textMatching('ADDRESS', /^[0-9a-fA-F.:]+$/, 'an IP address'),
    description: 'The address to listen on',
    defaultText: "the node's InternalIP, such as --node-ip; without one nothing is served",
  },
  kubeletPort: {
    group: 'Kubelet API',
    type: integer({ minimum: 0, maximum: 65_535 }),
    description: 'The port to listen on, which the Node publishes; 0 takes a free one',
    default: 10_250,
    developmentDefault: 0,
    variables: ['KUBELET_PORT'],
  },
  kubeletListener: {
    group: 'Kubelet API',
    type: choice(['per-node', 'shared'] as const),
    description:
      'A listener for each node, which serves everything, or one for all nodes, which serves what names a pod',
    defaultText: 'per-node for one node, shared for several',
  },
  clientCaFile: {
    group: 'Kubelet API',
    type: file,
    description: 'The CA that client certificates are checked with, read anew when it changes',
    defaultText:
      'what the cluster publishes in the ConfigMap extension-apiserver-authentication, where that may be read',
    variables: ['APISERVER_CA_CERT_LOCATION'],
  },
  servingCertificate: {
    group: 'Kubelet API',
    type: choice(['self-signed', 'files', 'csr'] as const),
    description:
      'Where the serving certificate comes from: signed by this process, from --tls-cert-file, or asked for from the cluster, where somebody has to approve it',
    defaultText: 'files where --tls-cert-file is given, else self-signed',
  },
  tlsCertFile: {
    group: 'Kubelet API',
    type: file,
    description: 'The serving certificate with its chain, in PEM, read anew when it changes',
    variables: ['APISERVER_CERT_LOCATION'],
  },
  tlsPrivateKeyFile: {
    group: 'Kubelet API',
    type: file,
    description: 'The key of --tls-cert-file',
    variables: ['APISERVER_KEY_LOCATION'],
  },
  certDir: {
    group: 'Kubelet API',
    type: text('DIRECTORY'),
    description: 'Where certificates that the cluster signed are kept, so that they outlive the process',
    defaultText: 'nowhere; with --bootstrap-kubeconfig a folder pki beside the kubeconfig',
  },
  authenticationTokenWebhookCacheTtl: {
    group: 'Kubelet API',
    type: duration({ minimum: 0 }),
    description: 'How long a bearer token that was good counts as good; 0 asks every time',
    default: 120_000,
  },
  authorizationWebhookCacheAuthorizedTtl: {
    group: 'Kubelet API',
    type: duration({ minimum: 0 }),
    description: 'How long something counts as allowed; 0 asks every time',
    default: 300_000,
  },
  authorizationWebhookCacheUnauthorizedTtl: {
    group: 'Kubelet API',
    type: duration({ minimum: 0 }),
    description: 'How long something counts as not allowed; 0 asks every time',
    default: 30_000,
  },
  streamIdleTimeout: {
    group: 'Kubelet API',
    type: duration({ minimum: 0 }),
    description: 'When an exec, attach or port-forward on which nothing is sent is closed; 0 means never',
    default: 14_400_000,
  },
  streamCreationTimeout: {
    group: 'Kubelet API',
    type: duration({ minimum: 100 }),
    description: 'How long a client may take to open all parts of an exec, attach or port-forward',
    default: 30_000,
  },
};

import type { Values } from './render-chart.ts';

const image = { repository: 'example/virtual-kubelet' };

/** Values that together reach every branch of the templates. */
export const renderingCases: Readonly<Record<string, Values>> = {
  defaults: { image },
  'everything that a provider may be let': {
    image: { ...image, tag: 'v1', pullPolicy: 'Always' },
    imagePullSecrets: [{ name: 'registry' }],
    fullnameOverride: 'a-name-of-its-own',
    clusterId: 'cluster-1',
    node: { name: 'edge', count: 3, onExit: 'delete', disableTaint: true },
    kubeletApi: { port: 10_251, servingCertificate: 'csr' },
    provider: { name: 'nomad', config: { region: 'global', nested: { list: [1, 'two'], yes: true } } },
    access: { namespaces: ['one', 'two'], serviceAccountTokens: true, persistentVolumes: true, runtimeClasses: true },
    serviceAccount: { annotations: { 'example.com/role': 'a' } },
    flags: { 'log-level': 'debug', 'node-labels': 'site=hall-3', 'pod-sync-workers': 20 },
    env: [{ name: 'NOMAD_ADDR', value: 'http://127.0.0.1:4646' }],
    envFrom: [{ secretRef: { name: 'nomad' } }],
    volumes: [{ name: 'state', emptyDir: {} }],
    volumeMounts: [{ name: 'state', mountPath: '/state' }],
    podAnnotations: { 'example.com/note': 'kept' },
    podLabels: { team: 'blue' },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    priorityClassName: 'system-cluster-critical',
  },
  'a service account and rights that somebody else made': {
    image,
    serviceAccount: { create: false, name: 'made-before' },
    rbac: { create: false },
    node: { onExit: 'cordon' },
  },
  'a serving certificate in a Secret': { image, kubeletApi: { servingCertificate: 'files', tlsSecret: 'node-tls' } },
  'no kubelet API': { image, kubeletApi: { enabled: false } },
  'a node whose serving certificate is asked for': { image, kubeletApi: { servingCertificate: 'csr' } },
  'a node that is cordoned on exit': { image, node: { onExit: 'cordon' }, access: { namespaces: ['one'] } },
};

/** The release that all of them are. */
export const release = { name: 'vk', namespace: 'virtual' } as const;

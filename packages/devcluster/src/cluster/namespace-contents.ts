import type { Registry } from '../registry/registry.ts';
import type { RunningLoop } from './cluster-loop.ts';
import { createClusterObject } from './initial-objects.ts';

/** Gives every namespace its default ServiceAccount and the certificate of the cluster, and again when one is deleted. */
export function startNamespaceContents(registry: Registry, caCertificate: string): RunningLoop {
  const { store } = registry;
  const fill = (namespace: string): void => {
    const found = store.get('namespaces', namespace)?.object;
    if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
    if (store.get('serviceaccounts', `${namespace}/default`) === undefined) {
      createClusterObject(registry, 'serviceaccounts', { metadata: { name: 'default', namespace } });
    }
    if (store.get('configmaps', `${namespace}/kube-root-ca.crt`) === undefined) {
      const annotations = {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      };
      createClusterObject(registry, 'configmaps', {
        metadata: { name: 'kube-root-ca.crt', namespace, annotations },
        data: { 'ca.crt': caCertificate },
      });
    }
  };
  const onLoss = (kept: string) => (event: { type: string; current: { key: string } }) => {
    const [namespace = '', name] = event.current.key.split('/');
    if (event.type === 'DELETED' && name === kept) fill(namespace);
  };
  const stops = [
    store.subscribe('namespaces', (event) => {
      if (event.type === 'ADDED') fill(event.current.key);
    }),
    store.subscribe('serviceaccounts', onLoss('default')),
    store.subscribe('configmaps', onLoss('kube-root-ca.crt')),
  ];
  for (const { key } of store.list('namespaces')) fill(key);
  return { stop: () => stops.forEach((stop) => stop()) };
}

import { createKubeClient, loadKubeConfig, systemClock, type KubeClient } from '@vk/node';

/** A node under measurement, with the API server that it belongs to. */
export interface Cluster {
  readonly client: KubeClient;
  readonly kubeconfig: string;
  readonly node: string;
  readonly image: string;
  /** Of the node's process. */
  readonly pid: number;
  /** Ends every request that is still under way. */
  readonly signal: AbortSignal;
}

export const podsPath = '/api/v1/namespaces/default/pods';

export async function openCluster(options: {
  readonly kubeconfig: string;
  readonly node: string;
  readonly image: string;
  readonly pid: number;
  readonly signal: AbortSignal;
}): Promise<Cluster> {
  const cluster = await loadKubeConfig({ path: options.kubeconfig, environment: {} });
  const client = createKubeClient({ cluster, clock: systemClock, userAgent: 'vk-benchmark', requestConnections: 128 });
  return { ...options, client };
}

/** Creates a pod on the node; it ends within a second of being asked to. */
export async function createPod(cluster: Cluster, name: string, command: readonly string[]): Promise<void> {
  const spec = {
    nodeName: cluster.node,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    restartPolicy: 'Never',
    tolerations: [{ operator: 'Exists' }],
    containers: [{ name: 'main', image: cluster.image, imagePullPolicy: 'IfNotPresent', command }],
  };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
  await cluster.client.request({ verb: 'create', method: 'POST', path: podsPath, body, signal: cluster.signal });
}

export async function deletePod(cluster: Cluster, name: string): Promise<void> {
  const path = `${podsPath}/${name}`;
  await cluster.client.request({ verb: 'delete', method: 'DELETE', path, body: {}, signal: cluster.signal });
}

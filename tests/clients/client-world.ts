import { KubeConfig } from '@kubernetes/client-node';
import { vi } from 'vitest';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { patience, startKubectlWorld, type SeenPod } from '../kubectl/kubectl-world.ts';

export const namespace = 'clients';
const prefix = 'mock.virtual-kubelet.io/';

export interface ClientPod {
  readonly name: string;
  /** Without their prefix. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A cluster with a virtual node, and what the JavaScript client reaches it with. */
export interface ClientWorld {
  readonly config: KubeConfig;
  /** Of its own, in the temporary directory. */
  readonly directory: string;
  readonly nodeName: string;
  /** Creates a pod with a container `app` on the virtual node and waits until it is ready. */
  readonly runPod: (pod: ClientPod) => Promise<void>;
  close(): Promise<void>;
}

export async function startClientWorld(cluster: TestCluster): Promise<ClientWorld> {
  // No kubectl is started: none has to be there.
  const base = await startKubectlWorld(cluster, 'kubectl');
  const { node, directory } = base;
  await base.makeNamespace(namespace);
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  return {
    config,
    directory,
    nodeName: node.name,
    runPod: async ({ name, annotations = {} }) => {
      await cluster.client.json('POST', `/api/v1/namespaces/${namespace}/pods`, {
        metadata: {
          name,
          annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [prefix + key, value])),
        },
        spec: { nodeName: node.name, containers: [{ name: 'app', image: 'app', stdin: true }] },
      });
      await vi.waitFor(async () => {
        const { status } = await cluster.client.json<SeenPod>('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
        if (status.containerStatuses?.[0]?.state?.running === undefined) throw new Error(`${name} does not run yet`);
      }, patience);
    },
    close: () => base.close(),
  };
}

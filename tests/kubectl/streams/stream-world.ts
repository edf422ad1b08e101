import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { createKubectl, type Kubectl } from '../../cluster/kubectl.ts';
import { kubectlPatience, type KubectlWorld } from '../kubectl-world.ts';

export const namespace = 'streams';
const prefix = 'mock.virtual-kubelet.io/';

export interface StreamPod {
  readonly name: string;
  /** Without their prefix. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers?: readonly string[];
  readonly restartPolicy?: string;
}

/** Pods that can be looked into, and one of several kubectl to do it with. */
export interface StreamWorld {
  readonly base: KubectlWorld;
  readonly kubectl: Kubectl;
  /** Creates a pod on the virtual node and waits until it is ready. */
  readonly runPod: (pod: StreamPod) => Promise<void>;
}

export async function startStreamWorld(base: KubectlWorld, program: string): Promise<StreamWorld> {
  const { cluster, directory, node } = base;
  await base.makeNamespace(namespace);
  const kubectl = createKubectl({ program, kubeconfig: cluster.kubeconfig, directory });
  return {
    base,
    kubectl,
    runPod: async ({ name, annotations = {}, containers = ['app'], restartPolicy = 'Always' }) => {
      const manifest = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name,
          namespace,
          annotations: Object.fromEntries(
            Object.entries(annotations).map(([key, value]) => [`${prefix}${key}`, value]),
          ),
          labels: { pod: name },
        },
        spec: {
          nodeName: node.name,
          restartPolicy,
          containers: containers.map((one) => ({ name: one, image: 'app', stdin: true, tty: false })),
        },
      };
      await kubectl.withInput(manifest, 'create', '-f', '-');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', `pod/${name}`, kubectlPatience);
    },
  };
}

/** Counts and digests bytes as they come. */
export async function digestOf(stream: Readable): Promise<{ bytes: number; digest: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(stream, async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { bytes, digest: hash.digest('hex') };
}

import type { Pod } from '@vk/node/provider';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { ChildProgram } from '../../cluster/child-program.ts';
import { AnswerError } from '../../cluster/cluster-client.ts';
import { createKubectl, type Kubectl } from '../../cluster/kubectl.ts';
import type { TestCluster } from '../../cluster/test-cluster.ts';
import { startVirtualKubelet } from '../../cluster/virtual-kubelet.ts';
import type { RuntimePrograms } from '../find-runtime.ts';
import { writeOwner } from '../left-runs/run-owner.ts';
import { startRuntime } from '../start-runtime.ts';
import type { RunningRuntime } from '../running-runtime.ts';
import { cgroup, criConfig } from '../cri-config.ts';
import { removeCgroups } from '../remove-cgroups.ts';
import { patience, type ApiPod } from '../runtime-world.ts';

type PodSpec = NonNullable<Pod['spec']>;

export const namespace = 'on-runtime';
const pods = `/api/v1/namespaces/${namespace}/pods`;
const providerPackage = fileURLToPath(new URL('..', import.meta.resolve('@vk/provider-cri')));

/** `virtual-kubelet run --provider cri`, in a process of its own that can be killed and started again. */
export interface CriNode {
  readonly name: string;
  readonly process: ChildProgram;
  /** Starts it, again after an end. Resolves when the node is ready. */
  readonly start: () => Promise<void>;
}

export interface KubectlRuntimeOptions {
  readonly programs: RuntimePrograms;
  /** The path of kubectl. */
  readonly kubectl: string;
  readonly startCluster: () => Promise<TestCluster>;
}

/** A container runtime, a cluster, a node that runs pods on the one for the other, and a kubectl. */
export interface KubectlRuntimeWorld {
  readonly runtime: RunningRuntime;
  readonly cluster: TestCluster;
  readonly kubectl: Kubectl;
  readonly node: CriNode;
  /** Of this host; goes with the world. */
  readonly directory: string;
  /** Another node on the same runtime. `options` are the provider's, in place of those of the tests. */
  readonly addNode: (name: string, kubeconfig: string, options?: Readonly<Record<string, unknown>>) => CriNode;
  /** Creates a pod with kubectl; on the node of the world if not said otherwise. */
  readonly create: (name: string, spec: PodSpec, metadata?: Pod['metadata']) => Promise<void>;
  readonly pod: (name: string) => Promise<ApiPod | undefined>;
  /** All pods of the tests. */
  readonly pods: () => Promise<readonly ApiPod[]>;
  /** Waits until the pod in the API is as wanted. */
  readonly becomes: (name: string, what: string, isSo: (pod: ApiPod) => boolean) => Promise<ApiPod>;
  /** Waits until `kubectl events` of the pod say this. */
  readonly untilEvent: (name: string, text: string) => Promise<void>;
  /** What a shell in the pod prints, run with `kubectl exec`; the container is the first one. */
  readonly shell: (name: string, script: string) => Promise<string>;
  /** What `kubectl logs` prints. */
  readonly logs: (name: string, ...words: readonly string[]) => Promise<string>;
  /** `kubectl delete pod`, which waits until it is gone. */
  readonly remove: (name: string, ...words: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startKubectlRuntimeWorld(options: KubectlRuntimeOptions): Promise<KubectlRuntimeWorld> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'vk-test-runtime-')));
  writeOwner(directory);
  // Found from here by its name, as after an `npm install`.
  await mkdir(join(directory, 'node_modules', '@vk'), { recursive: true });
  await symlink(providerPackage, join(directory, 'node_modules', '@vk', 'provider-cri'));
  const runtime = await startRuntime(options.programs);
  const cluster = await options.startCluster();
  const { client } = cluster;
  const kubectl = createKubectl({ program: options.kubectl, kubeconfig: cluster.kubeconfig, directory });
  const nodes: CriNode[] = [];
  const addNode: KubectlRuntimeWorld['addNode'] = (name, kubeconfig, options = {}) => {
    const added = criNode({ name, kubeconfig, directory, runtime, options });
    nodes.push(added);
    return added;
  };
  const user = { name: 'virtual-kubelet-cri', groups: ['system:masters'] };
  const node = addNode('cri', await cluster.kubeconfigFor(user));
  const pod = async (name: string): Promise<ApiPod | undefined> => {
    try {
      return await client.json<ApiPod>('GET', `${pods}/${name}`);
    } catch (error) {
      if (error instanceof AnswerError && error.code === 404) return undefined;
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((one) => one.process.stop()));
    await cluster.close();
    await runtime.close();
    await removeCgroups(cgroup);
    await rm(directory, { recursive: true, force: true });
  };
  await makeNamespace(cluster);
  await node.start();
  return {
    runtime,
    cluster,
    kubectl,
    node,
    directory,
    addNode,
    create: async (name, spec, metadata = {}) => {
      await kubectl.withInput(podManifest(name, { nodeName: node.name, ...spec }, metadata), 'create', '-f', '-');
    },
    pod,
    pods: async () => (await client.json<{ items: ApiPod[] }>('GET', pods)).items,
    becomes: (name, what, isSo) =>
      vi.waitFor(async () => {
        const seen = await pod(name);
        if (seen === undefined || !isSo(seen)) {
          throw new Error(`pod ${name} is not ${what}: ${JSON.stringify(seen?.status, undefined, 1)}`);
        }
        return seen;
      }, patience),
    untilEvent: async (name, text) => {
      await vi.waitFor(async () => {
        const events = await kubectl('events', '-n', namespace, '--for', `pod/${name}`);
        if (!events.includes(text)) throw new Error(`no "${text}" among the events:\n${events}`);
      }, patience);
    },
    shell: (name, script) => kubectl('exec', '-n', namespace, name, '--', 'sh', '-c', script),
    logs: (name, ...words) => kubectl('logs', '-n', namespace, name, ...words),
    remove: async (name, ...words) => {
      await kubectl('delete', 'pod', '-n', namespace, name, '--timeout=60s', ...words);
    },
    close,
  };
}

export function podManifest(name: string, spec: PodSpec, metadata: Pod['metadata'] = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace }, spec };
}

async function makeNamespace({ client }: TestCluster): Promise<void> {
  await client.json('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const account = { metadata: { name: 'default' } };
  try {
    await client.json('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  } catch (error) {
    // The controller manager was quicker.
    if (!(error instanceof AnswerError && error.code === 409)) throw error;
  }
}

interface CriNodeOptions {
  readonly name: string;
  readonly kubeconfig: string;
  readonly directory: string;
  readonly runtime: RunningRuntime;
  /** Of the provider. */
  readonly options: Readonly<Record<string, unknown>>;
}

function criNode({ name, kubeconfig, directory, runtime, options }: CriNodeOptions): CriNode {
  const config = join(directory, `${name}.json`);
  let running: ChildProgram | undefined;
  return {
    name,
    get process() {
      if (running === undefined) throw new Error(`${name} was never started`);
      return running;
    },
    async start() {
      await writeFile(config, JSON.stringify({ ...criConfig(runtime, 'root'), ...options }));
      running = startVirtualKubelet({
        words: [
          'run',
          '--provider=cri',
          `--provider-config=${config}`,
          `--kubeconfig=${kubeconfig}`,
          `--nodename=${name}`,
          '--node-ip=127.0.0.1',
          '--kubelet-port=0',
          '--disable-taint',
          '--node-status-interval=1s',
          '--log-format=json',
        ],
        directory: dirname(config),
        // Mounts and networks of pods take programs of the administrator.
        environment: { PATH: [process.env['PATH'], '/usr/sbin', '/sbin'].join(':') },
      });
      await running.says('"Ready"');
    },
  };
}
